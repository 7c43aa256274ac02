import type { Signal } from "#contracts/signal";

export interface Sample {
  /** The system, and which of its forms. */
  name: string;
  /** The family that must recognise it (families/index.ts). */
  format: string;
  /** As TradingView sends it, placeholders filled in; `KEY` stands for a webhook key. */
  text: string;
  /** Everything the signal must say, and nothing else, under the defaults main:paper. */
  signal?: Omit<Signal, "requestId" | "strategy">;
  /** The refusal's words, of a form that Hoox does not trade. */
  refusal?: string;
}

const FIRED = "2026-11-23T14:05:00Z";
const sentAt = new Date(FIRED);
const market = { account: "main", venue: "paper", orderType: "market" } as const;
const threeCommas = (position: string): string =>
  `{"secret":"KEY","max_lag":"300","timestamp":"${FIRED}","trigger_price":"65000.5","tv_exchange":"BINANCE","tv_instrument":"BTCUSDT",${position},"bot_uuid":"U"}`;

/**
 * One alert per system and form, reconstructed from its public documentation. Read by the unit tests field by
 * field, posted to the real gateway by the system tests.
 */
export const samples: readonly Sample[] = [
  {
    name: "3Commas, a strategy that goes long",
    format: "3Commas",
    text: threeCommas(
      '"action":"buy","strategy_info":{"market_position":"long","market_position_size":"0.5","prev_market_position":"flat","prev_market_position_size":"0"},"order":{"amount":"0.5","currency_type":"base"}',
    ),
    signal: {
      ...market,
      symbol: "BTCUSDT",
      action: "buy",
      quantity: "0.5",
      price: "65000.5",
      sentAt,
      expiresAt: new Date("2026-11-23T14:10:00Z"),
    },
  },
  {
    name: "3Commas, a strategy that reverses",
    format: "3Commas",
    text: threeCommas(
      '"action":"sell","strategy_info":{"market_position":"short","market_position_size":"0.5","prev_market_position":"long","prev_market_position_size":"0.5"},"order":{"amount":"1","currency_type":"base"}',
    ),
    signal: {
      ...market,
      symbol: "BTCUSDT",
      action: "short",
      quantity: "0.5",
      price: "65000.5",
      sentAt,
      expiresAt: new Date("2026-11-23T14:10:00Z"),
    },
  },
  {
    name: "3Commas, a custom signal in quote currency",
    format: "3Commas",
    text: threeCommas('"action":"enter_long","order":{"amount":"250","currency_type":"quote"}'),
    signal: {
      ...market,
      symbol: "BTCUSDT",
      action: "long",
      size: { quote: "250" },
      price: "65000.5",
      sentAt,
      expiresAt: new Date("2026-11-23T14:10:00Z"),
    },
  },
  {
    name: "3Commas, a custom signal that leaves",
    format: "3Commas",
    text: threeCommas('"action":"exit_long"'),
    signal: {
      ...market,
      symbol: "BTCUSDT",
      action: "close_long",
      price: "65000.5",
      sentAt,
      expiresAt: new Date("2026-11-23T14:10:00Z"),
    },
  },
  {
    name: "TradersPost, a limit order with stop and target",
    format: "TradersPost",
    text: `{"apiKey":"KEY","ticker":"BTCUSD","action":"buy","sentiment":"bullish","quantity":"0.5","quantityType":"fixed_quantity","orderType":"limit","limitPrice":"60000","takeProfit":{"percent":5},"stopLoss":{"type":"stop","percent":2},"time":"${FIRED}"}`,
    signal: {
      ...market,
      symbol: "BTCUSD",
      action: "buy",
      quantity: "0.5",
      orderType: "limit",
      price: "60000",
      takeProfits: [{ percent: "5" }],
      stopLoss: { percent: "2" },
      sentAt,
    },
  },
  {
    name: "TradersPost, a sell after which the strategy is flat",
    format: "TradersPost",
    text: `{"apiKey":"KEY","ticker":"BTCUSD","action":"sell","sentiment":"flat","quantity":"0.5","price":"60000","time":"${FIRED}","expiresAt":"2026-11-23T14:05:20Z"}`,
    signal: {
      ...market,
      symbol: "BTCUSD",
      action: "close_long",
      price: "60000",
      sentAt,
      expiresAt: new Date("2026-11-23T14:05:20Z"),
    },
  },
  {
    name: "TradersPost, a percentage of equity",
    format: "TradersPost",
    text: '{"apiKey":"KEY","ticker":"BTCUSD","action":"buy","quantity":5,"quantityType":"percent_of_equity"}',
    signal: { ...market, symbol: "BTCUSD", action: "buy", size: { percentOfEquity: "5" } },
  },
  {
    name: "TradersPost, an exit",
    format: "TradersPost",
    text: '{"apiKey":"KEY","ticker":"BTCUSD","action":"exit","sentiment":"flat"}',
    signal: { ...market, symbol: "BTCUSD", action: "close" },
  },
  {
    name: "TradersPost, a stop moved to break-even",
    format: "TradersPost",
    text: '{"apiKey":"KEY","ticker":"BTCUSD","action":"breakeven","quantityType":"fixed_quantity"}',
    refusal: 'Hoox does not do "breakeven" (action)',
  },
  {
    name: "tradingview-alerts-processor, an array of one with a percentage",
    format: "tradingview-alerts-processor",
    text: '[{"token":"KEY","stub":"dev","direction":"long","symbol":"ETHUSDT.P","size":"5%","max":"500"}]',
    signal: {
      ...market,
      account: "dev",
      symbol: "ETHUSDT.P",
      action: "long",
      size: { percentOfEquity: "5" },
      limits: { maxPositionNotional: "500" },
    },
  },
  {
    name: "tradingview-alerts-processor, dollars",
    format: "tradingview-alerts-processor",
    text: '{"token":"KEY","stub":"dev","direction":"short","symbol":"ETHUSDT.P","size":"100"}',
    signal: { ...market, account: "dev", symbol: "ETHUSDT.P", action: "short", size: { quote: "100" } },
  },
  {
    name: "tradingview-alerts-processor, half of a position closed",
    format: "tradingview-alerts-processor",
    text: '{"token":"KEY","stub":"dev","direction":"close","symbol":"ETHUSDT.P","size":"50%"}',
    signal: { ...market, account: "dev", symbol: "ETHUSDT.P", action: "close", size: { percentOfPosition: "50" } },
  },
  {
    name: "tradingview-alerts-processor, a perpetual without its currency",
    format: "tradingview-alerts-processor",
    text: '[{"token":"KEY","stub":"dev","direction":"long","symbol":"ETH-PERP","size":"5%"}]',
    refusal: 'symbol "ETH-PERP" cannot be understood',
  },
  {
    name: "tradingview-alert-connector, a reversal",
    format: "tradingview-alert-connector",
    text: '{"exchange":"paper","strategy":"s1","market":"ETH-USD","size":1,"order":"buy","price":3000.5,"position":"long","reverse":true,"passphrase":"KEY"}',
    signal: { ...market, symbol: "ETHUSD", action: "long", quantity: "1", price: "3000.5" },
  },
  {
    name: "tradingview-alert-connector, a close in dollars' clothes",
    format: "tradingview-alert-connector",
    text: '{"exchange":"paper","strategy":"s1","market":"ETH-USD","sizeUsd":100,"order":"sell","price":3000.5,"position":"short","reverse":false,"passphrase":"KEY"}',
    signal: { ...market, symbol: "ETHUSD", action: "sell", size: { quote: "100" }, price: "3000.5" },
  },
  {
    name: "tradingview-alert-connector, an exchange that Hoox does not have",
    format: "tradingview-alert-connector",
    text: '{"exchange":"dydx","strategy":"s1","market":"ETH-USD","size":1,"order":"buy","price":3000.5,"position":"long","reverse":true,"passphrase":"KEY"}',
    refusal: 'exchange "dydx" is not known',
  },
  {
    name: "tradingview-webhooks-bot",
    format: "tradingview-webhooks-bot",
    text: '{"key":"KEY","order_type":"market","side":"buy","quantity":"100","symbol":"BCH/EUR","price":"321"}',
    signal: { ...market, symbol: "BCHEUR", action: "buy", quantity: "100", price: "321" },
  },
  {
    name: "tradingview-webhooks-bot, the older form as JSON",
    format: "tradingview-webhooks-bot",
    text: '{"key":"KEY","type":"limit","side":"sell","amount":"100","symbol":"BCH/EUR","price":"321","leverage":"2"}',
    signal: {
      ...market,
      symbol: "BCHEUR",
      action: "sell",
      quantity: "100",
      orderType: "limit",
      price: "321",
      leverage: "2",
    },
  },
  {
    name: "tradingview-webhooks-bot, the older form as Python writes it",
    format: "tradingview-webhooks-bot",
    text: "{'key':'KEY','type':'stop-loss','side':'sell','amount':'100','symbol':'BCH/EUR','price':'321','leverage':'2'}",
    refusal: "a Python literal, with single quotes, and not JSON",
  },
  {
    name: "TradingView-Webhook-Bot, a message",
    format: "TradingView-Webhook-Bot",
    text: '{"key":"KEY","telegram":"-1001234","msg":"Long *#BTCUSDT* at `65000`"}',
    refusal: "there is nothing to trade in it",
  },
  {
    name: "CryptoGnome",
    format: "CryptoGnome",
    text: '{"key":"KEY","exchange":"bybit","symbol":"ETHUSD","type":"Market","side":"Buy","qty":"1","price":"1120","close_position":"False","cancel_orders":"True","order_mode":"Both","take_profit_percent":"1","stop_loss_percent":"0.5"}',
    signal: {
      ...market,
      venue: "bybit",
      symbol: "ETHUSD",
      action: "buy",
      quantity: "1",
      price: "1120",
      takeProfits: [{ percent: "1" }],
      stopLoss: { percent: "0.5" },
    },
  },
  {
    name: "CryptoGnome, a close",
    format: "CryptoGnome",
    text: '{"key":"KEY","exchange":"bybit","symbol":"ETHUSD","type":"Market","side":"Sell","qty":"1","price":"1120","close_position":"True","cancel_orders":"True","order_mode":"Both","take_profit_percent":"0","stop_loss_percent":"0"}',
    signal: { ...market, venue: "bybit", symbol: "ETHUSD", action: "close_long", quantity: "1", price: "1120" },
  },
  {
    name: "HOOX",
    format: "Hoox",
    text: '{"apiKey":"KEY","exchange":"bybit","action":"LONG","symbol":"BTCUSDT","quantity":0.001,"leverage":10,"price":65000,"orderType":"LIMIT","test":false}',
    signal: {
      ...market,
      venue: "bybit",
      symbol: "BTCUSDT",
      action: "long",
      quantity: "0.001",
      leverage: "10",
      price: "65000",
      orderType: "limit",
    },
  },
  {
    name: "HOOX, a test on a live exchange",
    format: "Hoox",
    text: '{"apiKey":"KEY","exchange":"bybit","action":"CLOSE","symbol":"BTCUSDT","quantity":0.001,"test":true}',
    refusal: 'test says "true", but bybit is no test venue',
  },
  {
    name: "tvbit-bot, the order inside",
    format: "tvbit-bot",
    text: '{"is_test_net":true,"api_key":"KEY","order":{"symbol":"BTCUSDT","type":"Market","side":"Buy","qty":0.014,"tp":"0","sl":"58000.5"}}',
    signal: {
      ...market,
      symbol: "BTCUSDT",
      action: "buy",
      quantity: "0.014",
      stopLoss: { price: "58000.5" },
    },
  },
  {
    name: "Autoview's letters as JSON",
    format: "Autoview",
    text: '{"key":"KEY","e":"binance","s":"BTCUSDT","b":"long","q":"5%","l":10,"t":"market","sl":"2%","tp":"4%"}',
    signal: {
      ...market,
      venue: "binance",
      symbol: "BTCUSDT",
      action: "long",
      size: { percentOfEquity: "5" },
      leverage: "10",
      stopLoss: { percent: "2" },
      takeProfits: [{ percent: "4" }],
    },
  },
  {
    name: "nobody's format: the strategy inside, as many tutorials write it",
    format: "Hoox",
    text: `{"passphrase":"KEY","time":"${FIRED}","exchange":"BYBIT_DLY","ticker":"BTCUSDT","bar":{"open":1,"close":2,"volume":3},"strategy":{"position_size":-0.5,"order_action":"sell","order_contracts":0.5,"order_price":65000,"order_id":"Short","market_position":"short","market_position_size":0.5,"prev_market_position":"flat","prev_market_position_size":0}}`,
    signal: { ...market, venue: "bybit", symbol: "BTCUSDT", action: "sell", quantity: "0.5", price: "65000", sentAt },
  },
  {
    name: "nobody's format: a target position",
    format: "Hoox",
    text: '{"token":"KEY","pair":"BTC_USDT","position_size":"-0.5","stop_loss":"70000","TAKE_PROFIT_PRICE_1":"60000","TAKE_PROFIT_PRICE_2":"55000"}',
    signal: {
      ...market,
      symbol: "BTCUSDT",
      action: "target",
      size: { target: "-0.5" },
      stopLoss: { price: "70000" },
      takeProfits: [{ price: "60000" }, { price: "55000" }],
    },
  },
  {
    name: "nobody's format: names in capitals",
    format: "Hoox",
    text: '{"TOKEN":"KEY","EXCHANGE":"MEXC","SYMBOL":"BTC-USDT","SIGNAL":"SELL","VOLUME":"1e-7","ORDER_TYPE":"LIMIT","PRICE":" 65000.0 ","REDUCE_ONLY":"True"}',
    signal: {
      ...market,
      venue: "mexc",
      symbol: "BTCUSDT",
      action: "close_long",
      quantity: "0.0000001",
      orderType: "limit",
      price: "65000",
    },
  },
];
