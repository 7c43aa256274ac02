import type { StrategyDefaults } from "#contracts/strategy";

/** An alert in Hoox's own format, as far as the CLI writes one. */
export interface AlertText {
  apiKey: string;
  exchange?: string;
  account?: string;
  symbol?: string | undefined;
  action: string;
  quantity?: string | undefined;
  market_position?: string;
  market_position_size?: string | undefined;
  prev_market_position?: string;
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
 * For TradingView's message box; README shows the same text. The idempotencyKey makes a resend recognisable for a day,
 * and two orders of one second distinguishable. The position after the order makes an exit one that only closes: a
 * plain sell would open a short where the entry was refused. Quoted placeholders stay valid JSON whatever stands there.
 */
export function tradingViewAlert(apiKey: string): AlertText {
  return {
    apiKey,
    exchange: "paper",
    symbol: "{{ticker}}",
    action: "{{strategy.order.action}}",
    quantity: "{{strategy.order.contracts}}",
    market_position: "{{strategy.market_position}}",
    market_position_size: "{{strategy.market_position_size}}",
    price: "{{strategy.order.price}}",
    idempotencyKey: "{{ticker}} {{strategy.order.id}} {{strategy.order.action}} {{timenow}}",
    time: "{{timenow}}",
  };
}

/**
 * The same for a strategy, which says venue and account itself; what an alert says would win over its defaults. With a
 * size of its own, contracts are left out, and only the position before tells a reversal from an entry.
 */
export function strategyAlert(apiKey: string, { symbol, quantity, size }: StrategyDefaults): AlertText {
  const { exchange: _exchange, price, idempotencyKey, time, ...order } = tradingViewAlert(apiKey);
  const sized = quantity !== undefined || size !== undefined;
  return {
    ...order,
    symbol: symbol ?? order.symbol,
    ...(sized
      ? {
          quantity: undefined,
          market_position_size: undefined,
          prev_market_position: "{{strategy.prev_market_position}}",
        }
      : {}),
    price,
    idempotencyKey,
    time,
  };
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
