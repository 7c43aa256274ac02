import type { StrategyDefaults } from "#contracts/strategy";

/** An alert in Hoox's own format, as far as the CLI writes one. */
export interface AlertText {
  apiKey: string;
  exchange?: string;
  account?: string;
  symbol?: string | undefined;
  action: string;
  quantity?: string | undefined;
  price?: string;
  orderType?: string;
  leverage?: string;
  stopLoss?: string;
  takeProfit?: string;
  reduceOnly?: boolean;
  idempotencyKey?: string;
  time?: string;
}

/**
 * For TradingView's message box; README shows the same text. The key makes a resend recognisable for a day, and two orders of one second
 * distinguishable; quoted placeholders stay valid JSON whatever TradingView puts there.
 */
export function tradingViewAlert(apiKey: string): AlertText {
  return {
    apiKey,
    exchange: "paper",
    symbol: "{{ticker}}",
    action: "{{strategy.order.action}}",
    quantity: "{{strategy.order.contracts}}",
    price: "{{strategy.order.price}}",
    idempotencyKey: "{{ticker}} {{strategy.order.id}} {{strategy.order.action}} {{timenow}}",
    time: "{{timenow}}",
  };
}

/** The same for a strategy, which says venue and account itself; what an alert says would win over its defaults. */
export function strategyAlert(apiKey: string, { symbol, quantity, size }: StrategyDefaults): AlertText {
  const { exchange: _exchange, ...alert } = tradingViewAlert(apiKey);
  const sized = quantity !== undefined || size !== undefined;
  return { ...alert, symbol: symbol ?? alert.symbol, ...(sized ? { quantity: undefined } : {}) };
}

/** As a person pastes it. */
export function messageBox(alert: AlertText): string {
  return JSON.stringify(alert, undefined, 2);
}

/** A small buy that the paper venue fills at once. */
export function sampleAlert(apiKey: string): AlertText {
  return { apiKey, symbol: "BTCUSDT", action: "buy", quantity: "0.001", price: "65000" };
}

/** A line for a POSIX shell. */
export function curlLine(url: string, alert: AlertText): string {
  const body = JSON.stringify(alert).replaceAll("'", "'\\''");
  return `curl -i ${url}/webhook -H 'content-type: application/json' -d '${body}'`;
}
