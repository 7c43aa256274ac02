import { databaseRoutes } from "#contracts/routes/database";
import type { Unacknowledged } from "#contracts/telegram";
import { mintRequestId } from "#runtime/request-id";
import { claim } from "../claims.ts";
import type { OpsDeps } from "../deps.ts";

const MINUTE_MS = 60_000;
const FIRST_MINUTES = [5, 15];
const THEN_EVERY_MINUTES = 60;
const ENDS_AFTER_MINUTES = 24 * 60;

type Due = Unacknowledged & { times: number; minutes: number };

/**
 * Says the pulse of the minute cron, unless the monitor could not remember what it saw last, and says again what is critical and acknowledged by nobody. Each time
 * is claimed first, so that a cron that fires twice says it once; one that misses minutes says the latest.
 */
export async function remind(
  at: Date,
  deps: Pick<OpsDeps, "database" | "producer" | "log" | "claimed" | "watching">,
): Promise<void> {
  const requestId = mintRequestId();
  const body = { worker: "ops-worker" as const };
  const { notifications } = await (deps.watching.fails
    ? deps.database.ask(databaseRoutes.unacknowledged, { requestId })
    : deps.database.ask(databaseRoutes.pulse, { requestId, body }));
  const due = new Map<string, Due>();
  for (const each of notifications) {
    const minutes = Math.floor((at.getTime() - Date.parse(each.created_at)) / MINUTE_MS);
    const times = timesDue(minutes);
    const id = `${each.id}/again/${times}`.slice(-200);
    if (times > 0 && minutes <= ENDS_AFTER_MINUTES) due.set(id, { ...each, times, minutes });
  }
  const granted = await claim([...due.keys()], { at, requestId }, deps);
  const packed = granted.flatMap((id) => {
    const again = due.get(id);
    return again
      ? [deps.producer.pack("notifications", "notification.requested", worded(again, at), originOf(id, again))]
      : [];
  });
  if (packed.length > 0) await deps.producer.sendPacked(packed);
}

/** How often it should have been said again after so many minutes. */
export function timesDue(minutes: number): number {
  const first = FIRST_MINUTES.filter((each) => minutes >= each).length;
  return first + Math.max(0, Math.floor(Math.min(minutes, ENDS_AFTER_MINUTES) / THEN_EVERY_MINUTES));
}

function worded({ id, title, created_at: toldAt, chat_id: chatId, minutes }: Due, at: Date) {
  const since = minutes < 120 ? `${minutes} min` : `${Math.floor(minutes / 60)} h`;
  return {
    severity: "critical" as const,
    title: `${title.slice(0, 240)} (nobody has acknowledged it for ${since})`,
    details: [{ label: "First told", value: toldAt }],
    repeatOf: id,
    ...(chatId === null ? {} : { chatId }),
    at,
  };
}

function originOf(id: string, { request_id: requestId, id: causationId }: Due) {
  return { id, requestId, causationId };
}
