import type { Measure } from "../measure.ts";
import { acceptance } from "./acceptance.ts";
import { acknowledgement } from "./acknowledgement.ts";
import { archive } from "./archive.ts";
import { cost } from "./cost.ts";
import { everything } from "./everything.ts";
import { gateway } from "./gateway.ts";
import { help } from "./help.ts";
import { logs } from "./logs.ts";
import { order } from "./order.ts";
import { calmReplay, replay } from "./replay.ts";
import { trace } from "./trace.ts";

/** In the order in which they run and are printed. */
export const measures: readonly Measure[] = [
  acknowledgement,
  order,
  acceptance,
  everything,
  logs,
  trace,
  archive,
  replay,
  calmReplay,
  gateway,
  cost,
  help,
];
