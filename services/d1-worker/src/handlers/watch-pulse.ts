import { rowsOf } from "../database.ts";
import type { Deps } from "../ports.ts";
import { writePulse } from "../queries/pulse.ts";

const WATCHED = "ops-worker";
/** It runs each minute; this many are missed by no passing trouble. */
const SILENT_MS = 5 * 60_000;
/** This cron runs every five minutes. When it has not, both slept, as a laptop does, and nothing can be said. */
const OWN_GAP_MS = 8 * 60_000;

/**
 * Who watches the watcher: ops-worker's cron pokes ledgers, repeats what is critical and writes down that it
 * ran. When it has stopped, this one says so, once an hour.
 */
export async function watchPulse(deps: Pick<Deps, "database" | "producer" | "log" | "now">): Promise<void> {
  const now = deps.now();
  const pulses = await rowsOf(deps.database, "SELECT worker, created_at FROM pulses");
  await deps.database.batch([writePulse("d1-worker", now)]);
  const age = (worker: string): number | undefined => {
    const at = pulses.find((row) => row["worker"] === worker)?.["created_at"];
    return typeof at === "string" ? now.getTime() - Date.parse(at) : undefined;
  };
  const silentFor = age(WATCHED);
  const ownGap = age("d1-worker");
  if (silentFor === undefined || silentFor < SILENT_MS || ownGap === undefined || ownGap > OWN_GAP_MS) return;
  const minutes = Math.floor(silentFor / 60_000);
  const requestId = crypto.randomUUID();
  deps.log.for(requestId)("error", "monitor.silent", `the minute cron of ${WATCHED} has not run for ${minutes} min`);
  await deps.producer.send(
    "notifications",
    "notification.requested",
    {
      severity: "critical",
      title: `The monitor is silent: the minute cron of ${WATCHED} has not run for ${minutes} min`,
      details: [
        { label: "Meanwhile", value: "trading goes on; ledgers whose alarm died are not woken, nothing is repeated" },
        { label: "Next", value: "npx hoox check health, then npx hoox logs query --worker ops-worker" },
      ],
      at: now,
    },
    { requestId, id: `monitor-silent/${now.toISOString().slice(0, 13)}` },
  );
}
