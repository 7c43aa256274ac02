import { shortHash, type Unacknowledged } from "#contracts/telegram";
import { databaseRoutes } from "#contracts/routes/database";
import { audit } from "../announce.ts";
import type { OpsDeps } from "../deps.ts";
import type { Respond } from "./answer.ts";

/** Behind the colon of the action stands the hash of the notification's id. */
export const acknowledgeButton: Respond = async ({ requestId, by, rest }, deps) => {
  const { notifications } = await deps.database.ask(databaseRoutes.unacknowledged, { requestId });
  for (const notification of notifications) {
    if ((await shortHash(notification.id)) !== rest) continue;
    await acknowledge([notification], { requestId, by }, deps);
    return { title: `Acknowledged: ${notification.title}` };
  }
  return { title: "That was acknowledged already" };
};

/** Writes down that somebody has seen them; they are said no more. */
export async function acknowledge(
  notifications: readonly Unacknowledged[],
  of: { requestId: string; by: string },
  deps: OpsDeps,
): Promise<void> {
  const at = deps.now();
  const packed = notifications.map(({ id, request_id: requestId }) =>
    deps.producer.pack(
      "records",
      "notification.acknowledged",
      { notificationId: id, by: of.by, at },
      { requestId, id: `ack/${id}`.slice(0, 200), causationId: of.requestId },
    ),
  );
  if (packed.length > 0) await deps.producer.sendPacked(packed);
  await Promise.all(
    notifications.map(({ id, request_id: requestId, title }) => {
      const change = { actor: of.by, action: "notification.acknowledge", target: id, reason: `seen: ${title}` };
      return audit(change, { requestId, causedBy: of.requestId, key: `ack/${id}`.slice(0, 100) }, deps);
    }),
  );
}
