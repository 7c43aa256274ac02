import { describe, expect, it } from "vitest";
import { readAlert } from "./canonical.ts";
import { parseJson } from "./json.ts";

const DEFAULTS = { strategy: "default", account: "main", venue: "paper" } as const;

function read(fields: object) {
  const { action, quantity, size } = readAlert(
    parseJson(JSON.stringify({ symbol: "BTCUSDT", ...fields })),
    DEFAULTS,
    new Date(),
  ).signal;
  return { action, quantity, size };
}
/** As TradingView fills in a strategy's alert. */
function order(
  action: string,
  contracts: string,
  after: string,
  before?: string,
  sizes: [after?: string, before?: string] = [],
) {
  const [size, sizeBefore] = sizes;
  return {
    action,
    contracts,
    market_position: after,
    ...(before === undefined ? {} : { prev_market_position: before }),
    ...(size === undefined ? {} : { market_position_size: size }),
    ...(sizeBefore === undefined ? {} : { prev_market_position_size: sizeBefore }),
  };
}

describe("an order of a strategy", () => {
  it.each([
    ["a buy from flat", order("buy", "1", "long", "flat", ["1", "0"]), { action: "buy", quantity: "1" }],
    ["a buy that adds", order("buy", "1", "long", "long", ["2", "1"]), { action: "buy", quantity: "1" }],
    ["a sell after which it is flat", order("sell", "1", "flat", "long", ["0", "1"]), { action: "close_long" }],
    ["a buy after which it is flat", order("buy", "1", "flat"), { action: "close_short" }],
    [
      "a sell that closes what the same bar opened",
      order("sell", "1", "flat", "flat", ["0", "0"]),
      { action: "close_long" },
    ],
    ["a buy that closes what the same bar opened", order("buy", "1", "flat", "flat"), { action: "close_short" }],
    ["a sell of a part", order("sell", "1", "long", "long", ["2", "3"]), { action: "close_long", quantity: "1" }],
    ["a sell of a part, before unknown", order("sell", "1", "long"), { action: "close_long", quantity: "1" }],
    ["a buy of a part", order("buy", "1", "short", "short"), { action: "close_short", quantity: "1" }],
    ["a reversal to long", order("buy", "3", "long", "short", ["2", "1"]), { action: "long", quantity: "2" }],
    ["a reversal to short", order("sell", "3", "short", "long", ["2", "1"]), { action: "short", quantity: "2" }],
    ["a reversal proved by the sizes", order("buy", "3", "long", undefined, ["2"]), { action: "long", quantity: "2" }],
    [
      "a reversal, size before only",
      order("buy", "3", "long", "short", [undefined, "1"]),
      { action: "long", quantity: "2" },
    ],
    ["a reversal whose sizes are unknown", order("buy", "3", "long", "short"), { action: "buy", quantity: "3" }],
    ["a buy whose start is unknown", order("buy", "1", "long"), { action: "buy", quantity: "1" }],
    [
      "a buy from flat proved by the sizes",
      order("buy", "1", "long", undefined, ["1"]),
      { action: "buy", quantity: "1" },
    ],
    ["a long that reverses", order("long", "3", "long", "short", ["2", "1"]), { action: "long", quantity: "2" }],
    ["a close after which it is flat", order("close", "1", "flat"), { action: "close" }],
    ["a close of a part", order("close", "1", "long"), { action: "close_long", quantity: "1" }],
    ["a close_long in a reversal told in two", order("close_long", "1", "short"), { action: "close_long" }],
    [
      "a signed position after it",
      { action: "sell", contracts: "1", position_size: "-1" },
      { action: "sell", quantity: "1" },
    ],
  ])("that is %s", (_, fields, expected) => {
    expect(read(fields)).toEqual({ quantity: undefined, size: undefined, ...expected });
  });

  it.each([
    [
      "a buy after which it is flat, from long",
      order("buy", "1", "flat", "long"),
      'action says "buy", but market_position says "flat"',
    ],
    [
      "a buy that shrinks a long",
      order("buy", "1", "long", "long", ["1", "2"]),
      'action says "buy", but market_position says "long"',
    ],
    [
      "a sell of a part, from short",
      order("sell", "1", "long", "short"),
      'action says "sell", but market_position says "long"',
    ],
    [
      "a long after which it is flat",
      order("long", "1", "flat"),
      'action says "long", but market_position says "flat"',
    ],
    [
      "a long after which it is short",
      order("long", "1", "short"),
      'action says "long", but market_position says "short"',
    ],
    [
      "flat with a size",
      order("sell", "1", "flat", "long", ["2"]),
      'market_position_size says "2", but market_position says flat',
    ],
    [
      "long with a negative size",
      { action: "buy", quantity: 1, market_position: "long", position_size: -1 },
      'position_size says "-1", but market_position says "long"',
    ],
    [
      "two sides",
      { action: "buy", quantity: 1, market_position: "long", sentiment: "bearish" },
      'sentiment says "bearish", but market_position says "long"',
    ],
    ["a side nobody knows", order("buy", "1", "up"), 'market_position must be long, short or flat, not "up"'],
    ["a part without a size", { action: "sell", market_position: "long" }, "quantity is missing"],
    [
      "a share of the position and flat",
      { action: "sell", quantity: 50, quantityType: "percent_of_position", market_position: "flat" },
      'quantity says "50", but the position is to be flat',
    ],
    [
      "a close of money and flat",
      { action: "close_long", sizeUsd: 250, market_position: "flat" },
      'sizeUsd says "250", but the position is to be flat',
    ],
    [
      "a close of half and flat",
      { action: "close", quantity: "50%", market_position: "flat" },
      'quantity says "50%", but the position is to be flat',
    ],
  ])("that contradicts itself is refused: %s", (_, fields, words) => {
    expect(() => read(fields)).toThrow(words);
  });
});

describe("the fixed size of a strategy's one template", () => {
  it.each([
    [{ action: "sell", sizeUsd: 250 }, "close_long"],
    [{ action: "sell", quantity: "5%" }, "close_long"],
    [{ action: "buy", quantity: 5, quantityType: "percent_of_equity" }, "close_short"],
    [{ action: "buy", quantity: "0.5", prev_market_position: "short" }, "close_short"],
    [{ action: "sell", sizeUsd: 250, prev_market_position: "flat" }, "close_long"],
  ])("says nothing of an order after which it is flat: %j closes all", (fields, action) => {
    expect(read({ market_position: "flat", ...fields })).toEqual({ action, quantity: undefined, size: undefined });
  });

  it("that an exit by name cannot mean is refused with the way out", () => {
    const refused = (): unknown => {
      try {
        return read({ action: "close_long", sizeUsd: 250, market_position: "flat" });
      } catch (error) {
        return error;
      }
    };

    expect(refused()).toMatchObject({
      hint: 'leave sizeUsd out to close everything; with "action": "{{strategy.order.action}}" it counts for entries only',
    });
  });
});

describe("a target position", () => {
  it.each([
    [{ position_size: "2" }, { action: "target", size: { target: "2" } }],
    [{ position_size: -0.5 }, { action: "target", size: { target: "-0.5" } }],
    [{ position: "-0.5" }, { action: "target", size: { target: "-0.5" } }],
    [
      { market_position: "short", market_position_size: "2" },
      { action: "target", size: { target: "-2" } },
    ],
    [
      { market_position: "short", position_size: "-2", contracts: "4" },
      { action: "target", size: { target: "-2" } },
    ],
    [
      { sentiment: "bullish", position_size: "2" },
      { action: "target", size: { target: "2" } },
    ],
    [{ position_size: "0" }, { action: "close" }],
    [{ market_position: "flat" }, { action: "close" }],
    [{ strategy: { position_size: 0 } }, { action: "close" }],
  ])("is read in %j", (fields, expected) => {
    expect(read(fields)).toEqual({ quantity: undefined, size: undefined, ...expected });
  });

  it.each([
    [{ market_position: "long" }, "action is missing"],
    [{ market_position_size: "2" }, "action is missing"],
    [{ position: "somewhere" }, "action is missing"],
    [{ position_size: "2", quantity: "5%" }, 'quantity says "5%", but the position is to be 2'],
    [{ position_size: "many" }, 'position_size must be a number such as 0.001, not "many"'],
  ])("is refused in %j", (fields, words) => {
    expect(() => read(fields)).toThrow(words);
  });
});
