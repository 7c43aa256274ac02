import { describe, expect, it } from "vitest";
import { signal } from "#contracts/signal";
import { readAlert, understoodOf } from "./canonical.ts";
import { parseJson } from "./json.ts";

const BASE = { apiKey: "k", exchange: "paper", symbol: "BTCUSDT", action: "buy", quantity: "0.001" };

const NOW = new Date("2026-11-23T14:05:00.000Z");

function read(alert: object | string) {
  const text = typeof alert === "string" ? alert : JSON.stringify(alert);
  return readAlert(parseJson(text), { strategy: "default", account: "main", venue: "paper" }, NOW);
}
/** The base alert with some fields replaced; undefined removes one. */
function readWith(fields: object) {
  return read({ ...BASE, ...fields }).signal;
}
/** The base alert with one more field, written as it stands. */
function readRaw(field: string) {
  return read(JSON.stringify(BASE).replace("}", `,${field}}`)).signal;
}

describe("an alert as a signal", () => {
  it("carries every field over", () => {
    const { signal: read_, idempotencyKey } = read({
      ...BASE,
      account: "Second",
      exchange: "bybit",
      symbol: "BYBIT:BTCUSDT.P",
      action: "LONG",
      orderType: "Limit",
      price: "65000.50",
      leverage: 10,
      strategy: "default",
      stopLoss: { percent: 2 },
      takeProfits: [{ price: 70000, quantity: "0.0005" }, "10%"],
      idempotencyKey: "order-7",
      time: "2026-11-23T14:05:00Z",
    });

    expect(idempotencyKey).toBe("order-7");
    expect(read_).toEqual({
      strategy: "default",
      account: "second",
      venue: "bybit",
      symbol: "BTCUSDT.P",
      action: "long",
      quantity: "0.001",
      orderType: "limit",
      price: "65000.5",
      leverage: "10",
      stopLoss: { percent: "2" },
      takeProfits: [{ price: "70000", quantity: "0.0005" }, { percent: "10" }],
      sentAt: new Date("2026-11-23T14:05:00Z"),
    });
  });

  it("leaves open what the alert left open", () => {
    const minimal = read({ symbol: "BTCUSDT", action: "close" }).signal;

    expect(minimal).toEqual({
      strategy: "default",
      account: "main",
      venue: "paper",
      symbol: "BTCUSDT",
      action: "close",
      orderType: "market",
    });
  });

  it("fits the contract", () => {
    const requestId = crypto.randomUUID();

    expect(signal.parse({ requestId, ...readWith({ stopLoss: "60000", time: 1_795_442_700 }) })).toMatchObject({
      requestId,
      stopLoss: { price: "60000" },
    });
  });

  it("ignores fields it does not know", () => {
    expect(readWith({ comment: "x", id: "always-the-same", strategy_info: { market_position: "long" } })).toEqual(
      readWith({}),
    );
  });

  it("accepts an array of exactly one alert", () => {
    expect(read([BASE]).signal).toEqual(readWith({}));
  });

  it.each([
    ["two alerts at once", JSON.stringify([BASE, BASE]), "an array of 2"],
    ["an empty array", "[]", "an array of 0"],
    ["a bare text", '"buy"', "not a JSON object"],
    ["a bare number", "7", "not a JSON object"],
    ["null", "null", "not a JSON object"],
  ])("refuses %s", (_, text, words) => {
    expect(() => read(text)).toThrow(words);
  });

  it.each([
    ["buy", "buy"],
    ["SELL", "sell"],
    ["Long", "long"],
    ["SHORT", "short"],
    ["close", "close"],
    ["CLOSE_LONG", "close_long"],
    ["closeShort", "close_short"],
    ["closelong", "close_long"],
    ["exit", "close"],
    ["exit_long", "close_long"],
    ["exit short", "close_short"],
    ["flat", "close"],
    [" buy ", "buy"],
  ])("reads the action %s as %s", (word, action) => {
    expect(readWith({ action: word }).action).toBe(action);
  });

  it.each([
    ["buy", true, "close_short"],
    ["sell", "True", "close_long"],
    ["buy", "False", "buy"],
    ["sell", 0, "sell"],
    ["close", 1, "close"],
    ["long", false, "long"],
    ["close_long", "", "close_long"],
  ])("reads %s with reduceOnly %j as %s", (word, reduceOnly, action) => {
    expect(readWith({ action: word, reduceOnly }).action).toBe(action);
  });

  it.each([
    ["long", true, "reduceOnly is true, but long opens a position"],
    ["short", "1", "reduceOnly is true, but short opens a position"],
    ["close", false, "reduceOnly is false, but close can only reduce one"],
    ["close_long", "false", "reduceOnly is false, but close_long can only reduce one"],
  ])("refuses %s with reduceOnly %j", (word, reduceOnly, words) => {
    expect(() => readWith({ action: word, reduceOnly })).toThrow(words);
  });

  it.each([
    [" 0.001 ", "0.001"],
    ["\u00A01\u00A0", "1"],
    ["1e-7", "0.0000001"],
    [".5", "0.5"],
    ["+2", "2"],
  ])("reads the quantity text %j as %s", (quantity, expected) => {
    expect(readWith({ quantity }).quantity).toBe(expected);
  });

  it.each([
    ["0.1234567890123456789", "0.1234567890123456789"],
    ["1e-7", "0.0000001"],
    ["100000000000000000000000", "100000000000000000000000"],
  ])("keeps the unquoted number %s exact", (written, expected) => {
    expect(read(`{"symbol":"BTCUSDT","action":"buy","quantity":${written}}`).signal.quantity).toBe(expected);
  });

  it.each([
    ["NaN", '"price":NaN'],
    ["an empty text", '"price":""'],
    ["the text NaN", '"price":"NaN"'],
    ["null", '"price":null'],
    ["0 on a market order", '"price":0'],
  ])("takes %s as no price", (_, field) => {
    expect(readRaw(field).price).toBeUndefined();
  });

  it("keeps a market order's price as a reference", () => {
    expect(readWith({ price: 65_000.5 })).toMatchObject({ orderType: "market", price: "65000.5" });
  });

  it.each([
    ["GTC", "gtc"],
    ["ioc", "ioc"],
    ["FillOrKill", "fok"],
    ["PostOnly", "post_only"],
    ["GTX", "post_only"],
  ])("reads that a limit order waits as %s", (timeInForce, waits) => {
    expect(readWith({ orderType: "limit", price: 1, timeInForce })).toMatchObject({ timeInForce: waits });
  });

  it.each(["gtc", "IOC"])("passes over %s on a market order, which never waits", (tif) => {
    expect(readWith({ tif }).timeInForce).toBeUndefined();
  });

  it("knows its fields in other spellings", () => {
    expect(readWith({ action: "sell", reduce_only: "True", order_type: "LIMIT", Price: "1" })).toMatchObject({
      action: "close_long",
      orderType: "limit",
      price: "1",
    });
  });

  it.each([
    ["2026-11-23T14:05:00Z", "2026-11-23T14:05:00.000Z"],
    ["2026-11-23T14:05:00.250+02:00", "2026-11-23T12:05:00.250Z"],
    ["2026-11-23 14:05", "2026-11-23T14:05:00.000Z"],
    [1_795_442_700, "2026-11-23T14:05:00.000Z"],
    ["1795442700500", "2026-11-23T14:05:00.500Z"],
  ])("reads the time %j", (time, expected) => {
    expect(readWith({ time }).sentAt?.toISOString()).toBe(expected);
  });

  it("prefers the time of firing to the time of the bar", () => {
    const fired = readWith({ time: "2026-11-23T14:00:00Z", timenow: "2026-11-23T14:59:59Z" });

    expect(fired.sentAt).toEqual(new Date("2026-11-23T14:59:59Z"));
  });

  it.each([
    [{ idempotencyKey: "a" }, "a"],
    [{ alertId: 17 }, "17"],
    [{ alert_id: "c" }, "c"],
    [{ idempotency_key: "d", alertId: "d" }, "d"],
    [{ id: "f" }, undefined],
    [{ idempotencyKey: " " }, undefined],
  ])("finds the sender's own id in %j", (fields, key) => {
    expect(read({ ...BASE, ...fields }).idempotencyKey).toBe(key);
  });

  it.each([
    ["65000", { price: "65000" }],
    [65_000, { price: "65000" }],
    ["2.5%", { percent: "2.5" }],
    [{ price: "1" }, { price: "1" }],
    [{ stopPrice: 1 }, { price: "1" }],
    ["0", undefined],
    ["", undefined],
    [{}, undefined],
  ])("reads the stop loss %j", (stopLoss, expected) => {
    expect(readWith({ stopLoss }).stopLoss).toEqual(expected);
  });

  it("takes one target as well as several", () => {
    expect(readWith({ takeProfit: "5%" }).takeProfits).toEqual([{ percent: "5" }]);
  });

  it("leaves stops out of an exit, which leaves nothing to protect", () => {
    expect(readWith({ action: "close", stopLoss: "1", takeProfit: "2" })).toMatchObject({
      stopLoss: undefined,
      takeProfits: undefined,
    });
  });
});

describe("an alert that cannot be traded", () => {
  it.each([
    ["no symbol", { symbol: undefined }, "symbol is missing"],
    ["an empty symbol", { symbol: " " }, "symbol is missing"],
    ["a symbol that is a list", { symbol: ["BTCUSDT"] }, "symbol must be a text or a number"],
    ["no action", { action: undefined }, "action is missing"],
    ["an unknown action", { action: "hodl" }, 'action "hodl" is not known'],
    ["an action named like a method", { action: "constructor" }, 'action "constructor" is not known'],
    ["an entry without quantity", { quantity: undefined }, "quantity is missing"],
    ["an entry with NaN as quantity", { quantity: "NaN" }, "quantity is missing"],
    ["a quantity of zero", { quantity: 0 }, "quantity must be greater than zero, not 0"],
    ["a negative quantity", { quantity: "-1" }, "quantity must be greater than zero, not -1"],
    ["an exit of zero", { action: "close", quantity: "0.000" }, "quantity must be greater than zero"],
    ["a percentage nobody can read", { quantity: "5a%" }, 'quantity must be a number such as 0.001, not "5a"'],
    ["a decimal comma", { quantity: "0,5" }, "quantity must be a number"],
    ["a huge number", { quantity: "1e99" }, "quantity must be a number"],
    ["an endless number", { quantity: "1".repeat(200) }, "quantity must be a number"],
    ["Infinity", { quantity: "Infinity" }, "quantity must be a number"],
    ["true as quantity", { quantity: true }, "quantity must be a number"],
    ["an unknown order type", { orderType: "stop" }, 'orderType must be market or limit, not "stop"'],
    [
      "an unknown time in force",
      { orderType: "limit", price: 1, tif: "day" },
      'tif must be gtc, ioc, fok or post_only, not "day"',
    ],
    ["a market order that is to wait", { timeInForce: "post_only" }, "a market order does not wait"],
    ["a limit order without price", { orderType: "limit" }, "price is missing"],
    ["a limit price of zero", { orderType: "limit", price: 0 }, "price must be greater than zero"],
    ["a negative price", { price: -1 }, "price must be greater than zero"],
    ["a leverage of zero", { leverage: 0 }, "leverage must be greater than zero"],
    ["a leverage in words", { leverage: "10x" }, "leverage must be a number"],
    ["an unclear reduceOnly", { reduceOnly: "maybe" }, 'reduceOnly must be true or false, not "maybe"'],
    ["a strange account", { account: "../x" }, 'account "../x" is not a name'],
    ["another strategy", { strategy: "scalper" }, 'strategy "scalper" is not that of this key'],
    [
      "a time nobody can read",
      { time: "yesterday" },
      'time must be a time such as 2026-11-23T14:05:00Z, not "yesterday"',
    ],
    ["a day that does not exist", { time: "2026-13-45T00:00:00Z" }, "time must be a time"],
    [
      "a key longer than the ledger takes",
      { idempotencyKey: "x".repeat(201) },
      "idempotencyKey is 201 characters long; 200 are allowed",
    ],
    ["a negative stop loss", { stopLoss: "-2%" }, "stopLoss must not be negative"],
    ["a stop loss in unknown words", { stopLoss: { atr: 2 } }, "stopLoss has neither a price nor a percent"],
    ["a stop loss in two ways", { stopLoss: { price: 1, percent: 1 } }, "stopLoss has both a price and a percentage"],
    [
      "one field in two spellings that differ",
      { reduceOnly: false, reduce_only: true },
      "reduce_only is given twice, in two spellings, with different values",
    ],
  ])("is refused for %s", (_, fields, words) => {
    expect(() => readWith(fields)).toThrow(words);
  });

  it.each([
    [{ symbol: undefined }, 'write "symbol": "{{ticker}}"'],
    [
      { quantity: undefined },
      'write "quantity": "{{strategy.order.contracts}}", or a percentage of equity such as "5%"',
    ],
  ])("gets a hint for %j", (fields, hint) => {
    expect(() => readWith(fields)).toThrow(expect.objectContaining({ hint }));
  });

  it("is still recorded as far as it was understood", () => {
    const body = parseJson('{"symbol":"BTCUSDT","action":"hodl","exchange":"bybit"}');

    expect(understoodOf(body)).toEqual({ symbol: "BTCUSDT", action: "hodl", venue: "bybit" });
  });

  it.each(["[]", "7", '{"symbol":[]}'])("is recorded without particulars when it is %s", (text) => {
    expect(understoodOf(parseJson(text))).toEqual({});
  });
});
