import type { OpsDeps } from "./deps.ts";
import { beat } from "./handlers/heartbeat.ts";
import { onMinute } from "./handlers/monitor.ts";
import { remind } from "./handlers/remind.ts";
import { tellDay } from "./handlers/summary.ts";
import { tellKeys } from "./handlers/venue-keys.ts";
import { reopenLost } from "./replays/lost.ts";
import { reasonOf, within } from "./within.ts";

/** What the cron does each minute; `at` is the minute it stands for. One that fails never stops the others. */
const jobs: Readonly<Record<string, (at: Date, deps: OpsDeps) => Promise<void>>> = {
  monitor: onMinute,
  remind,
  summary: tellDay,
  keys: tellKeys,
  heartbeat: beat,
  lost: reopenLost,
  replays: async (_at, deps) => within(deps.timeoutMs, "the replay jobs", deps.replays().poke()),
};

export async function everyMinute(at: Date, deps: OpsDeps): Promise<void> {
  await Promise.all(
    Object.entries(jobs).map(([name, job]) =>
      job(at, deps).catch((error: unknown) =>
        deps.log("error", "minute.failed", `${name} of the minute failed: ${reasonOf(error)}`, { job: name }),
      ),
    ),
  );
}
