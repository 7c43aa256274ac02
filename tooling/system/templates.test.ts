import { describe, expect, it } from "vitest";
import { templateOf } from "../cli/templates.ts";
import { readAlert } from "../../services/hoox/src/formats/canonical.ts";
import { parseJson } from "../../services/hoox/src/formats/json.ts";

/** One order of a TradingView strategy: the position is signed. */
interface Order {
  action: "buy" | "sell";
  contracts: number;
  from: number;
  to: number;
}

const side = (position: number): string => (position === 0 ? "flat" : position > 0 ? "long" : "short");

/** The template as TradingView sends it for an order, understood as the gateway would. */
function understood(
  template: object,
  { action, contracts, from, to }: Order,
  defaults: Parameters<typeof templateOf>[2] = {},
) {
  const values: Readonly<Record<string, string>> = {
    ticker: "BTCUSDT.P",
    timenow: "2026-11-24T12:00:00Z",
    "strategy.order.id": "Long",
    "strategy.order.action": action,
    "strategy.order.contracts": String(contracts),
    "strategy.order.price": "65000",
    "strategy.position_size": String(to),
    "strategy.market_position": side(to),
    "strategy.market_position_size": String(Math.abs(to)),
    "strategy.prev_market_position": side(from),
  };
  const text = JSON.stringify(template).replaceAll(/\{\{([^}]+)\}\}/g, (whole, name: string) => values[name] ?? whole);
  const of = { ...defaults, strategy: "default", account: "main", venue: "paper" } as const;
  const { action: does, quantity, size } = readAlert(parseJson(text), of, new Date("2026-11-24T12:00:01Z")).signal;
  return [does, quantity ?? size];
}

const entry: Order = { action: "buy", contracts: 2, from: 0, to: 2 };
const exit: Order = { action: "sell", contracts: 2, from: 2, to: 0 };
const reversal: Order = { action: "sell", contracts: 5, from: 2, to: -3 };
const part: Order = { action: "sell", contracts: 1, from: 2, to: 1 };
const more: Order = { action: "buy", contracts: 1, from: 2, to: 3 };

describe("the alert to paste", () => {
  it("enters, adds, reduces, reverses and only ever closes when the strategy exits", () => {
    const template = templateOf("hoox", "key", undefined);

    expect([entry, more, part, reversal, exit].map((order) => understood(template, order))).toEqual([
      ["buy", "2"],
      ["buy", "1"],
      ["close_long", "1"],
      ["short", "3"],
      ["close_long", undefined],
    ]);
  });

  it("of a strategy with a size of its own uses that for entries, closes all on exits and guesses no part", () => {
    const defaults = { size: { percentOfEquity: "5" } };
    const template = templateOf("hoox", "key", defaults);

    expect([entry, more, reversal, exit].map((order) => understood(template, order, defaults))).toEqual([
      ["buy", defaults.size],
      ["buy", defaults.size],
      ["short", defaults.size],
      ["close_long", undefined],
    ]);
    expect(() => understood(template, part, defaults)).toThrow("quantity is missing");
  });

  it("by position names the position to arrive at", () => {
    const template = templateOf("target", "key", undefined);

    expect([entry, part, reversal, exit].map((order) => understood(template, order))).toEqual([
      ["target", { target: "2" }],
      ["target", { target: "1" }],
      ["target", { target: "-3" }],
      ["close", undefined],
    ]);
  });
});
