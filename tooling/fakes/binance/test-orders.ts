/** The calls and the plain orders that the tests of the fake send. */

export const POST = "POST /api/v3/order";
export const FUTURE = "POST /fapi/v1/order";
export const ALGO = "POST /fapi/v1/algoOrder";
export const OCO = "POST /api/v3/orderList/oco";
export const market = { symbol: "BTCUSDT", side: "BUY", type: "MARKET", quantity: "0.5", newClientOrderId: "x-e" };
export const limit = { ...market, type: "LIMIT", timeInForce: "GTC", price: "9000" };
export const stop = {
  algoType: "CONDITIONAL",
  symbol: "BTCUSDT",
  side: "SELL",
  type: "STOP_MARKET",
  quantity: "0.5",
  triggerPrice: "9000",
  clientAlgoId: "x-s1",
};
export const pair = {
  symbol: "BTCUSDT",
  side: "SELL",
  quantity: "0.5",
  aboveType: "TAKE_PROFIT",
  aboveStopPrice: "11000",
  aboveClientOrderId: "x-t1",
  belowType: "STOP_LOSS",
  belowStopPrice: "9000",
  belowClientOrderId: "x-s1",
};
