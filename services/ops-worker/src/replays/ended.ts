import { messageId } from "#contracts/ids";
import { audit } from "../announce.ts";
import { reasonOf } from "../within.ts";
import type { JobRow } from "./schema.ts";
import type { TurnPorts } from "./turn.ts";
import { viewJob } from "./view.ts";

/**
 * Writes down how a job ended, then ends it: killed between the two it says the same again, under the same ids. A
 * replay that stopped itself is told to the trader, too.
 */
export async function ended(
  job: JobRow,
  how: { state: "done" } | { state: "stopped"; because: string },
  { store, deps }: Pick<TurnPorts, "store" | "deps">,
): Promise<void> {
  const { counts } = viewJob(store.byId(job.id) ?? job, store);
  const figures = `${counts.sent} executed, ${counts.skipped} skipped, ${counts.failed} failed, ${counts.pending} not reached`;
  const reason = how.state === "stopped" ? `${how.because} (${figures})` : figures;
  const key = `replay.${how.state}`;
  const change = { actor: job.by, action: key, target: job.id, reason };
  await audit(change, { requestId: job.request_id, causedBy: job.request_id, key: `${key}/${job.id}` }, deps);
  if (how.state === "stopped") await tell(job, how.because, figures, deps);
  const severity = how.state === "stopped" ? "error" : "info";
  deps.log.for(job.request_id)(severity, key, `replay ${job.id} ${how.state}: ${reason}`, {
    replayId: job.id,
    ...counts,
  });
  const because = how.state === "stopped" ? { stopped_because: how.because } : {};
  store.move(job.seq, { state: how.state, waiting_for: null, asked_at: null, ...because });
}

async function tell(job: JobRow, because: string, figures: string, deps: TurnPorts["deps"]): Promise<void> {
  const notification = {
    severity: "warning" as const,
    title: "A replay of dead letters stopped itself",
    details: [
      { label: "Because", value: because.slice(0, 500) },
      { label: "So far", value: figures },
      { label: "Next", value: `npx hoox dlq replay status ${job.id}` },
    ],
    at: deps.now(),
  };
  const { request_id: requestId } = job;
  const id = messageId({ requestId, type: "notification.requested", key: `replay/${job.id}`, rev: 1 });
  try {
    await deps.producer.send("notifications", "notification.requested", notification, { requestId, id });
  } catch (error) {
    deps.log.for(requestId)(
      "error",
      "replay.untold",
      `the stop of replay ${job.id} could not be told: ${reasonOf(error)}`,
    );
  }
}
