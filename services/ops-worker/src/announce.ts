import { messageId } from "#contracts/ids";
import type { KillSwitchMode } from "#contracts/kill-switch";
import type { auditRecorded } from "#contracts/record";
import type { DataOf } from "#contracts/envelope";
import type { OpsDeps } from "./deps.ts";
import { reasonOf } from "./within.ts";

const titles: Readonly<Record<KillSwitchMode, string>> = {
  off: "Kill switch off: trading goes on",
  entries: "Kill switch on: entries are stopped, exits pass",
  all: "Kill switch on: everything but protective orders is stopped",
};

type Audit = Omit<DataOf<typeof auditRecorded>, "at">;

/** Audit row and notification of a change. Answers what of them could not be queued; never throws. */
export async function announce(
  { requestId, mode, reason, by }: { requestId: string; mode: KillSwitchMode; reason: string; by: string },
  deps: OpsDeps,
): Promise<string[]> {
  const action = mode === "off" ? "kill-switch.off" : "kill-switch.on";
  const change = { actor: by, action, target: mode === "off" ? "all" : mode, reason };
  const details = [
    { label: "Reason", value: reason },
    { label: "By", value: by },
  ];
  // Whoever did it from the chat knows; anybody else must see it.
  const severity = by.startsWith("telegram:") ? ("warning" as const) : ("critical" as const);
  const notification = { severity, title: titles[mode], details, at: deps.now() };
  const id = messageId({ requestId, type: "notification.requested", key: "kill-switch", rev: 1 });
  const told = deps.producer.send("notifications", "notification.requested", notification, { requestId, id });
  const problems = await Promise.all([
    audit(change, { requestId, causedBy: requestId, key: "kill-switch" }, deps),
    problemOf(told, { what: "its notification", requestId, change }, deps),
  ]);
  return problems.flat();
}

/**
 * The audit row of a change that was made. `requestId` is what the change is about, `causedBy` the request that
 * asked for it. Answers why it could not be queued; never throws.
 */
export async function audit(
  change: Audit,
  { requestId, causedBy, key }: { requestId: string; causedBy: string; key: string },
  deps: OpsDeps,
): Promise<string[]> {
  const id = messageId({ requestId: causedBy, type: "audit.recorded", key, rev: 1 });
  const row = { ...change, at: deps.now() };
  const written = deps.producer.send("records", "audit.recorded", row, { requestId, id });
  return problemOf(written, { what: "its audit row", requestId, change }, deps);
}

async function problemOf(
  sending: Promise<unknown>,
  { what, requestId, change }: { what: string; requestId: string; change: Audit },
  { log }: OpsDeps,
): Promise<string[]> {
  try {
    await sending;
    return [];
  } catch (error) {
    const problem = `${what} could not be queued: ${reasonOf(error)}`;
    const event = change.action.startsWith("kill-switch.") ? "kill-switch.unannounced" : "change.unannounced";
    log.for(requestId)("error", event, problem, change);
    return [problem];
  }
}
