import { messageId } from "#contracts/ids";
import type { KillSwitchMode } from "#contracts/kill-switch";
import type { OpsDeps } from "./deps.ts";
import { reasonOf } from "./within.ts";

const titles: Readonly<Record<KillSwitchMode, string>> = {
  off: "Kill switch off: trading goes on",
  entries: "Kill switch on: entries are stopped, exits pass",
  all: "Kill switch on: everything but protective orders is stopped",
};

/** Audit row and notification of a change. Answers what of them could not be queued; never throws. */
export async function announce(
  { requestId, mode, reason, by }: { requestId: string; mode: KillSwitchMode; reason: string; by: string },
  { producer, now, log }: OpsDeps,
): Promise<string[]> {
  const at = now();
  const action = mode === "off" ? "kill-switch.off" : "kill-switch.on";
  const idOf = (type: string): string => messageId({ requestId, type, key: "kill-switch", rev: 1 });
  const audit = { actor: by, action, target: mode === "off" ? "all" : mode, reason, at };
  const details = [
    { label: "Reason", value: reason },
    { label: "By", value: by },
  ];
  const notification = { severity: "critical" as const, title: titles[mode], details, at };
  const results = await Promise.allSettled([
    producer.send("records", "audit.recorded", audit, { requestId, id: idOf("audit.recorded") }),
    producer.send("notifications", "notification.requested", notification, {
      requestId,
      id: idOf("notification.requested"),
    }),
  ]);
  return results.flatMap((result, index) => {
    if (result.status === "fulfilled") return [];
    const what = index === 0 ? "its audit row" : "its notification";
    log.for(requestId)(
      "error",
      "kill-switch.unannounced",
      `${what} could not be queued: ${reasonOf(result.reason)}`,
      audit,
    );
    return [`${what} could not be queued: ${reasonOf(result.reason)}`];
  });
}
