/** An alert in Hoox's own format, as far as the CLI writes one. */
export interface AlertText {
  apiKey: string;
  symbol: string;
  action: string;
  quantity?: string;
  price?: string;
  exchange?: string;
  account?: string;
  orderType?: string;
  leverage?: string;
  stopLoss?: string;
  takeProfit?: string;
  timenow?: string;
  alertId?: string;
}

/**
 * For TradingView's message box. The id makes a resend recognisable for a day, and two orders of one second
 * distinguishable; quoted placeholders stay valid JSON whatever TradingView puts there.
 */
export function tradingViewAlert(apiKey: string): AlertText {
  return {
    apiKey,
    symbol: "{{ticker}}",
    action: "{{strategy.order.action}}",
    quantity: "{{strategy.order.contracts}}",
    price: "{{strategy.order.price}}",
    timenow: "{{timenow}}",
    alertId: "{{ticker}} {{strategy.order.id}} {{strategy.order.action}} {{timenow}}",
  };
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
