import { describe, expect, it } from "vitest";
import { readAlert } from "./canonical.ts";
import { parseJson } from "./json.ts";

const DEFAULTS = { strategy: "default", account: "main", venue: "paper" } as const;
const BASE = { symbol: "BTCUSDT", action: "buy", quantity: "0.001" };

function read(fields: object) {
  return readAlert(parseJson(JSON.stringify({ ...BASE, ...fields })), DEFAULTS, new Date());
}

describe("a name one slip away from ours", () => {
  it.each([
    [{ stoplos: "2%" }, "stoplos is not known; did you mean stopLoss?"],
    [{ stop_los_percent: 2 }, "stop_los_percent is not known; did you mean stopLoss?"],
    [{ takePorfits: ["2%"] }, "takePorfits is not known; did you mean takeProfits?"],
    [{ take_proft: "2%" }, "take_proft is not known; did you mean takeProfit?"],
    [{ reduceOnyl: true }, "reduceOnyl is not known; did you mean reduceOnly?"],
    [{ exchnage: "bybit" }, "exchnage is not known; did you mean exchange?"],
    [{ order: { levrage: 2 } }, "order.levrage is not known; did you mean leverage?"],
    [{ quantity: undefined, quantitiy: "1" }, "quantitiy is not known; did you mean quantity?"],
    [{ symbol: undefined, symbl: "BTCUSDT" }, "symbl is not known; did you mean symbol?"],
  ])("is refused in %j", (fields, words) => {
    expect(() => read(fields)).toThrow(words);
  });

  it.each([
    { comment: "golden cross", interval: "15", volume: "12", contract: "BTCUSDT", strategy_id: "7" },
    { stoplos: "0", takeproft: "" },
    { action: "close_long", stoplos: "2%" },
    { amounts: "2", prices: "1", stopwatch: "1", net_profit: "12" },
  ])("is not seen in %j", (fields) => {
    expect(read(fields).signal).toMatchObject({ symbol: "BTCUSDT", quantity: "0.001" });
  });
});
