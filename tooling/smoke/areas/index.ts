import type { Area } from "../area.ts";
import { queues } from "./queues.ts";
import { reading } from "./reading.ts";
import { database, storage } from "./storage.ts";
import { tails } from "./tails.ts";
import { workers } from "./workers.ts";

/** Everything that a real account is asked, in this order. */
export const areas: readonly Area[] = [reading, workers, queues, database, storage, tails];
