/**
 * What other systems call Hoox's fields, by the field of ours (TradersPost, 3Commas, CryptoGnome, OctoBot and
 * others; their formats are public). Not read: a field of ours that is missing is explained with them, and what
 * they say must not contradict what is read.
 */
export const OTHER_NAMES = {
  symbol: ["ticker", "pair", "market", "instrument", "tv_instrument"],
  action: ["side", "direction", "order_action", "order", "signal"],
  exchange: ["venue", "platform_name", "exchange_id", "exchange_code", "tv_exchange"],
  quantity: ["qty", "size", "contracts", "amount", "volume"],
  orderType: ["type"],
  price: ["limitPrice"],
  reduceOnly: ["close_position"],
  idempotencyKey: ["alertId"],
} as const;

const UNIT =
  "(?:price|percent(?:age)?|pct|perc|level|value|points?|pips|ticks|dist(?:ance)?|offset|trigger(?:price)?|limit(?:price)?)?";
const STOP = new RegExp(`^(?:sl|stop|stoploss|initialstop|protectivestop)\\d*${UNIT}\\d*$`);
const TARGET = new RegExp(`^(?:tp|takeprofits?|profittargets?|targets?)\\d*${UNIT}\\d*$`);
const TRAILING = /^(?:tsl|trail)/;
const OURS = ["stoploss", "takeprofit", "takeprofits"];

/** Which protection a foreign field asks for, by its plain name; undefined for Hoox's own and for any other field. */
export function protectionNamed(plain: string): "stopLoss" | "takeProfits" | "trailing" | undefined {
  if (OURS.includes(plain)) return undefined;
  if (TRAILING.test(plain)) return "trailing";
  if (STOP.test(plain)) return "stopLoss";
  return TARGET.test(plain) ? "takeProfits" : undefined;
}
