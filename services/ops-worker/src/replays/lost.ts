import { messageId } from "#contracts/ids";
import { letterRoutes } from "#contracts/routes/dead-letters";
import { isQueueName, silentQueues } from "#queues/registry";
import { mintRequestId } from "#runtime/request-id";
import type { OpsDeps } from "../deps.ts";

const BY = "ops-worker";

/**
 * Opens again what a replay sent so long ago that its queue must have lost it, and tells the trader. If it comes after
 * all, its effect resolves the letter; if it was sent twice, its id is recognised.
 */
export async function reopenLost(
  at: Date,
  { database, producer, replaySettings, log }: Pick<OpsDeps, "database" | "producer" | "replaySettings" | "log">,
): Promise<void> {
  const requestId = mintRequestId();
  const minutes = Math.round(replaySettings.lostAfterMs / 60_000);
  const reason = `nothing was heard of it for ${minutes} min: it was probably lost on its way`;
  const sentBefore = new Date(at.getTime() - replaySettings.lostAfterMs).toISOString();
  const body = { by: BY, reason, sentBefore };
  const { reopened } = await database.ask(letterRoutes.reopenLetters, { requestId, body });
  if (reopened.length === 0) return;
  const what = `${reopened.length} replayed dead letters are open again`;
  log.for(requestId)("warn", "letters.lost", `${what}: ${reason}`, { count: reopened.length });
  const audible = reopened.filter(({ queue }) => !(isQueueName(queue) && silentQueues.includes(queue)));
  if (audible.length === 0) return;
  const notification = {
    severity: "warning" as const,
    title: `${audible.length} replayed dead letters were probably lost on their way: nothing was heard of them for ${minutes} min`,
    details: [
      { label: "They are", value: "open again, and can be replayed again" },
      { label: "Next", value: "npx hoox dlq group" },
    ],
    at,
  };
  const id = messageId({ requestId, type: "notification.requested", key: "letters-lost", rev: 1 });
  await producer.send("notifications", "notification.requested", notification, { requestId, id });
}
