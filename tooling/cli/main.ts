import { argv, leave, processContext } from "./context.ts";
import { runHoox } from "./run.ts";

leave(await runHoox(argv(), processContext()));
