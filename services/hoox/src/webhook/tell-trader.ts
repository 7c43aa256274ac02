import type { JsonValue } from "../formats/json.ts";
import { DEFAULT_STRATEGY } from "#contracts/strategy";
import { understoodOf } from "../formats/canonical.ts";
import type { Call, StrategyCall, WebhookPorts } from "./ports.ts";

const WINDOW_MS = 300_000;
type TellPorts = Pick<WebhookPorts, "clock" | "producer" | "refusals" | "logs">;

export interface Refusal {
  readonly code: string;
  /** With the code it makes the cause: equal causes are told once in five minutes. */
  readonly subject: string;
  readonly message: string;
  readonly hint: string | undefined;
}

/** A record of the refused alert and a word to the trader, because TradingView shows nobody its 4xx. */
export async function tellRefusal(
  refusal: Refusal,
  alert: JsonValue,
  call: StrategyCall,
  ports: TellPorts,
): Promise<void> {
  const refusedAt = ports.clock.now();
  const record = {
    strategy: call.strategy,
    code: refusal.code,
    reason: refusal.message,
    ...understoodOf(alert),
    refusedAt,
  };
  await Promise.all([
    published(ports.producer.send("records", "signal.refused", record, { requestId: call.requestId }), call, ports),
    tellTrader(refusal, { severity: "warning", title: "Alert refused" }, call, ports),
  ]);
}

/**
 * One notification per cause and window. Its id says both, so that copies from several isolates are
 * recognised as one.
 */
export async function tellTrader(
  of: Refusal,
  as: { severity: "warning" | "critical"; title: string },
  call: StrategyCall,
  ports: TellPorts,
): Promise<void> {
  const at = ports.clock.now();
  const window = Math.floor(at.getTime() / WINDOW_MS);
  const cause = `${call.strategy}/${of.code}/${of.subject.slice(0, 80)}`;
  if (!ports.refusals.firstOf(cause, window)) return;
  const data = {
    severity: as.severity,
    title: `${as.title}: ${of.message}`.slice(0, 300),
    details: [...strategyLine(call.strategy), ...hintLine(of.hint)],
    at,
  };
  const origin = { requestId: call.requestId, id: `refusal/${cause}/${window}` };
  await published(ports.producer.send("notifications", "notification.requested", data, origin), call, ports);
}

function strategyLine(strategy: string): { label: string; value: string }[] {
  return strategy === DEFAULT_STRATEGY ? [] : [{ label: "Strategy", value: strategy }];
}

function hintLine(hint: string | undefined): { label: string; value: string }[] {
  return hint === undefined ? [] : [{ label: "What to do", value: hint.slice(0, 500) }];
}

/** The answer is already given; a message that cannot be sent is worth a log line and nothing more. */
export async function published(sending: Promise<void>, call: Call, ports: Pick<WebhookPorts, "logs">): Promise<void> {
  await sending.catch((error: unknown) => {
    ports.logs.log.for(call.requestId)("warn", "message.unsent", `a message could not be published: ${String(error)}`);
  });
}
