/**
 * What alerts call their parts: Hoox's own name first, then those of the systems whose alerts Hoox reads. Case,
 * `_` and `-` make no difference. docs/alerts.md shows this table; a test compares the two.
 */
export const ALIASES = {
  key: ["apiKey", "key", "secret", "token", "passphrase", "webhook_secret", "signalToken"],
  strategy: ["strategy"],
  account: ["account", "stub"],
  exchange: ["exchange", "venue", "exchange_id", "platform_name", "exchangeCode"],
  chart: ["tv_exchange"],
  symbol: ["symbol", "ticker", "pair", "market", "instrument", "tv_instrument", "pairCode"],
  action: ["action", "side", "direction", "order_action", "order", "signal", "type"],
  isBuy: ["isBuy"],
  isSell: ["isSell"],
  isClose: ["isClose"],
  reduceOnly: ["reduceOnly", "close_position"],
  position: ["market_position", "sentiment", "position"],
  positionSize: ["position_size", "market_position_size"],
  positionBefore: ["prev_market_position"],
  positionBeforeSize: ["prev_market_position_size"],
  quantity: ["quantity", "qty", "amount", "size", "units", "contracts", "order_contracts", "VOLUME", "vol_lots"],
  money: ["sizeUsd"],
  percent: ["amount_pc"],
  unit: ["quantityType", "unitsType", "amountPerTradeType", "currency_type"],
  orderType: ["orderType", "type"],
  isMarket: ["isMarket"],
  isLimit: ["isLimit"],
  timeInForce: ["timeInForce", "tif"],
  price: ["price", "limitPrice", "order_price"],
  reference: ["trigger_price", "signalPrice"],
  leverage: ["leverage"],
  stopLoss: ["stopLoss", "sl", "stop", "sl_price", "stop_price", "stop_loss_percent"],
  takeProfits: ["takeProfits", "takeProfit", "tp", "tp_price", "take_profit_price", "take_profit_percent", "targets"],
  maxPosition: ["maxPositionNotional"],
  sentAt: ["timenow", "timestamp", "source_timestamp", "alertTimestamp", "time"],
  maxLag: ["max_lag"],
  expiresAt: ["expiresAt"],
  idempotencyKey: ["idempotencyKey", "alertId"],
  test: ["test", "is_test_net"],
} as const satisfies Record<string, readonly string[]>;

export type Part = keyof typeof ALIASES;

/** Case and separators folded: `reduceOnly`, `reduce_only` and `REDUCE_ONLY` are one name. */
export function plainName(name: string): string {
  return name.toLowerCase().replaceAll(/[_\-\s]/g, "");
}

interface Alias {
  plain: string;
  /** A name in capitals is read only in capitals: `volume` is the bar's, `VOLUME` an order's. */
  only: string | undefined;
}

const known = new Map<Part, readonly Alias[]>();

/** The aliases of a part, folded once per isolate and not at start-up. */
export function aliasesOf(part: Part): readonly Alias[] {
  const made = known.get(part);
  if (made !== undefined) return made;
  const aliases = ALIASES[part].map((name) => ({
    plain: plainName(name),
    only: name === name.toUpperCase() ? name : undefined,
  }));
  known.set(part, aliases);
  return aliases;
}
