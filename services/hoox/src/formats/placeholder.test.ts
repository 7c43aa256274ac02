import { describe, expect, it } from "vitest";
import { refusePlaceholders } from "./placeholder.ts";

describe("placeholders that TradingView did not fill in", () => {
  it.each([
    ['{"action":"{{strategy.order.action}}"}', "{{strategy.order.action}}"],
    ['{"quantity":{{strategy.order.contracts}}}', "{{strategy.order.contracts}}"],
    ['{"price":{{ close }}}', "{{close}}"],
    ['{"x":"{{plot("RSI")}}"}', '{{plot("RSI")}}'],
    ["not even JSON {{ticker}}", "{{ticker}}"],
  ])("are named: %s", (text, name) => {
    expect(() => refusePlaceholders(text)).toThrow(`TradingView did not fill in ${name}`);
  });

  it.each([
    ['{"apiKey":"k","action":"{{strategy.order.action}}"}', "action: "],
    ['{"quantity" : {{strategy.order.contracts}}}', "quantity: "],
  ])("are told with their field: %s", (text, field) => {
    expect(() => refusePlaceholders(text)).toThrow(field);
  });

  it("are explained when they belong to strategies", () => {
    expect(() => refusePlaceholders("{{strategy.order.id}}")).toThrow(
      expect.objectContaining({ hint: expect.stringContaining("only for alerts of a strategy") }),
    );
  });

  it.each(['{"a":{"b":{}}}', '{"a":"{}"}', "{{}}"])("are not seen in %s", (text) => {
    expect(() => refusePlaceholders(text)).not.toThrow();
  });
});
