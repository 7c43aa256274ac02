import { describe, expect, it } from "vitest";
import { rulesOf } from "../strategies/rules.ts";
import { parseBody, understand } from "../webhook/understand.ts";

const NOW = new Date("2026-11-23T14:05:01.000Z");
const rules = rulesOf("default", undefined, { account: "main", venue: "paper" });
const clock = { now: () => NOW, timer: () => ({ done: Promise.resolve(), cancel: () => undefined }) };

function read(text: string) {
  return understand(parseBody(text), rules, { clock, entryCount: () => 1 }).signal;
}
function refusal(text: string): string {
  try {
    read(text);
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
  return "accepted";
}
/** A small buy whose fields are written as they stand. */
function buy(fields: string): string {
  return `{"symbol":"BTCUSDT","action":"buy","quantity":"1",${fields}}`;
}

describe("what TradingView and its users really send is understood:", () => {
  it.each<[what: string, text: string, expected: object]>([
    ["1 a number in quotes with spaces", '{"symbol":"A/USDT","side":"buy","qty":" 0.0010 "}', { quantity: "0.001" }],
    ["1 an exponent", '{"symbol":"A/USDT","side":"buy","qty":1e-7}', { quantity: "0.0000001" }],
    ["1 a percentage", '{"symbol":"A/USDT","side":"buy","qty":"5%"}', { size: { percentOfEquity: "5" } }],
    ["1 empty and 0 for no protection", buy('"sl":"0","tp":""'), { stopLoss: undefined, takeProfits: undefined }],
    ["2 NaN where a number could be", buy('"price":NaN,"tp":NaN'), { price: undefined, takeProfits: undefined }],
    ["2 null where a number could be", buy('"price":null'), { price: undefined }],
    ["3 CRLF", buy('\r\n"price":1\r\n'), { price: "1" }],
    ["3 a byte order mark and no-break spaces", `\uFEFF${buy('\u00A0"price":1')}`, { price: "1" }],
    ["5 an exchange before the symbol", buy('"ticker":"BINANCE:BTCUSDT"'), { symbol: "BTCUSDT", venue: "paper" }],
    ["5 a perpetual", '{"ticker":"1000PEPEUSDT.P","side":"buy","qty":1}', { symbol: "1000PEPEUSDT.P" }],
    ["5 a dash", '{"ticker":"BTC-USDT","side":"buy","qty":1}', { symbol: "BTCUSDT" }],
    ["5 an underscore", '{"ticker":"BTC_USDT","side":"buy","qty":1}', { symbol: "BTCUSDT" }],
    ["5 an old name of bitcoin", '{"ticker":"XBTUSD","side":"buy","qty":1}', { symbol: "XBTUSD" }],
    ["6 a Python boolean", '{"ticker":"BTCUSD","side":"sell","qty":1,"reduce_only":"True"}', { action: "close_long" }],
    ["6 a number for a boolean", '{"ticker":"BTCUSD","side":"sell","qty":1,"reduce_only":0}', { action: "sell" }],
    ["7 an array of one", `[${buy('"price":1')}]`, { price: "1" }],
    ["8 delayed data", buy('"exchange":"BYBIT_DLY"'), { venue: "bybit" }],
    ["8 delayed data, shorter", buy('"exchange":"BINANCE_DL"'), { venue: "binance" }],
    [
      "10 the bar's time beside the alert's",
      buy('"time":"2026-11-23T10:00:00Z","timenow":"2026-11-23T14:05:00Z"'),
      { sentAt: new Date("2026-11-23T14:05:00Z") },
    ],
    ["10 seconds since 1970", buy('"timestamp":1795442700'), { sentAt: new Date("2026-11-23T14:05:00Z") }],
    ["10 milliseconds since 1970", buy('"timestamp":"1795442700000"'), { sentAt: new Date("2026-11-23T14:05:00Z") }],
    ["11 a field named __proto__", buy('"__proto__":{"quantity":"9"}'), { quantity: "1" }],
    [
      "12 a reversal of twice the position",
      buy('"contracts":"1","market_position":"long","market_position_size":"0.5","prev_market_position":"short"'),
      { action: "long", quantity: "0.5" },
    ],
  ])("%s", (_, text, expected) => {
    expect(read(text)).toMatchObject(expected);
  });
});

describe("what nobody can understand is refused in words:", () => {
  it.each([
    ["2 nothing where a value should be", buy('"price":'), 'the value of "price" is missing'],
    ["2 NaN as the size", '{"symbol":"BTCUSDT","action":"buy","quantity":NaN}', "quantity is missing"],
    ["3 a trailing comma", buy('"price":1,'), 'a comma before "}"'],
    ["3 a comment", buy('"price":1 // now'), "a comment (JSON has none)"],
    ["3 single quotes", "{'symbol':'BTCUSDT'}", "a Python literal, with single quotes, and not JSON"],
    ["3 typographic quotes", "{“symbol”:“BTCUSDT”}", "expected a field name in double quotes"],
    ["3 doubled quotes", '{""symbol"":""BTCUSDT""}', 'expected ":" after the field name'],
    ["3 an e-mail's HTML", "<html><body>buy</body></html>", "is not valid JSON"],
    ["3 nothing at all", "", "the body is empty"],
    [
      "4 a placeholder of strategies",
      buy('"x":"{{strategy.order.action}}"'),
      "TradingView did not fill in {{strategy.order.action}}",
    ],
    [
      "5 a market that Hoox does not have",
      '{"ticker":"BTCUSDT.PS","side":"buy","qty":1}',
      'ticker "BTCUSDT.PS" cannot be understood',
    ],
    ["7 several alerts", `[${buy('"price":1')},${buy('"price":2')}]`, "an array of 2"],
    ["11 a field given twice", buy('"quantity":"2"'), "quantity is given twice with different values"],
    ["11 deep nesting", buy(`"x":${"[".repeat(40)}${"]".repeat(40)}`), "more than 8 levels of nesting"],
    ["11 a huge number", '{"symbol":"BTCUSDT","action":"buy","quantity":1e99}', "quantity must be a number"],
    [
      "12 a quantity of zero",
      '{"symbol":"BTCUSDT","action":"buy","quantity":"0"}',
      "quantity must be greater than zero",
    ],
  ])("%s", (_, text, words) => {
    expect(refusal(text)).toContain(words);
  });
});
