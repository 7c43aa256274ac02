import type { OpsDeps } from "../deps.ts";
import { within } from "../within.ts";
import type { Untold } from "./ports.ts";

/** Publishes what the monitor has to say, and notes what went out: what did not goes out with the next minute. */
export async function tell(
  untold: readonly Untold[],
  { producer, watch, timeoutMs, log }: Pick<OpsDeps, "producer" | "watch" | "timeoutMs" | "log">,
): Promise<void> {
  for (const { id, requestId, notification, over } of untold) {
    const at = new Date(notification.at);
    await producer.send("notifications", "notification.requested", { ...notification, at }, { requestId, id });
    if (over !== undefined) {
      const acknowledged = { notificationId: over, by: "monitor", at };
      const of = { requestId, id: `${id}/acknowledged` };
      await producer.send("records", "notification.acknowledged", acknowledged, of);
    }
    const severity = notification.severity === "info" ? "info" : "warn";
    log.for(requestId)(severity, severity === "info" ? "monitor.over" : "monitor.alert", notification.title, { id });
    await within(timeoutMs, "the monitor's memory", watch().told({ v: 1, ids: [id] }));
  }
}
