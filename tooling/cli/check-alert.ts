import { pathOf } from "#contracts/routes/route";
import { webhookRoutes, type AlertCheck } from "#contracts/routes/webhook";
import { errorIn, refusal, understood, type MeshClient } from "./mesh-client.ts";
import { hasKey } from "./send.ts";

interface Refused {
  requestId: string | undefined;
  error: { code: string; message: string; hint?: string };
}

/** Asks the mesh how it would understand an alert. What is not about the alert is a CliError. */
export async function checkAlert(
  mesh: MeshClient,
  of: { body: string; strategy: string | undefined },
): Promise<{ reply: AlertCheck } | Refused> {
  const { operatorKey, webhookKey } = mesh.target;
  // Without an operator key it is checked as it would be sent.
  const key = operatorKey === undefined && !hasKey(of.body) ? webhookKey : undefined;
  const path = pathOf(webhookRoutes.check, {}, { strategy: of.strategy, key });
  const answer = await mesh.send({ method: "POST", path, body: of.body, asOperator: true });
  if (answer.status < 400) return { reply: understood(webhookRoutes.check, answer.body, mesh.target) };
  const { code, message, hint } = errorIn(answer.body);
  const aboutAlert = answer.status === 400 || answer.status === 413 || answer.status === 403;
  if (!aboutAlert || code === undefined || message === undefined) throw refusal(mesh.target, answer);
  return { requestId: answer.requestId, error: { code, message, ...(hint === undefined ? {} : { hint }) } };
}

/** What TradingView could put in; a value that no placeholder here has would be a guess. */
function samples(now: Date): Readonly<Record<string, string>> {
  const second = `${now.toISOString().slice(0, 19)}Z`;
  return {
    ticker: "BTCUSDT",
    exchange: "BINANCE",
    open: "64900",
    high: "65100",
    low: "64800",
    close: "65000",
    volume: "12.5",
    time: second,
    timenow: second,
    interval: "60",
    "syminfo.currency": "USDT",
    "syminfo.basecurrency": "BTC",
    "strategy.order.action": "buy",
    "strategy.order.contracts": "0.001",
    "strategy.order.price": "65000",
    "strategy.order.id": "Long",
    "strategy.order.comment": "Long",
    "strategy.order.alert_message": "",
    "strategy.position_size": "0.001",
    "strategy.market_position": "long",
    "strategy.market_position_size": "0.001",
    "strategy.prev_market_position": "flat",
    "strategy.prev_market_position_size": "0",
  };
}

/** The text with sample values for placeholders; those that TradingView does not know stay, as they do there. */
export function filledIn(text: string, now: Date): { body: string; filled: string[] } {
  const values = samples(now);
  const filled = new Set<string>();
  const body = text.replaceAll(/\{\{\s*([^{}]+?)\s*\}\}/g, (whole, name: string) => {
    const value = /^plot(?:_\d{1,2}|\(".*"\))$/.test(name)
      ? "1"
      : Object.hasOwn(values, name)
        ? values[name]
        : undefined;
    if (value === undefined) return whole;
    filled.add(`${name} = ${value === "" ? '""' : value}`);
    return value;
  });
  return { body, filled: [...filled] };
}
