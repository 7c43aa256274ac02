import { serialize } from "superjson";
import { describe, expect, it } from "vitest";
import { toSuperjson } from "./superjson.ts";

const shared = { both: 1 };
const at = new Date("2026-11-01T00:00:00.000Z");
const values: readonly (readonly [string, unknown])[] = [
  ["plain data", { name: "Ada", tags: ["a", null, true, 1.5], "with.dot": { deep: {} }, none: [] }],
  ["dates", { at, list: [new Date(0), { at: new Date(1) }], deep: { er: { at: new Date(2) } } }],
  ["undefined", { name: undefined, list: [undefined, 1] }],
  ["names with dots and backslashes", { "a.b": new Date(0), "c\\d": { "e.f": undefined } }],
  ["a date in two places", { from: at, to: at }],
  ["an object in two places", { one: shared, two: [shared] }],
  ["a set", { tags: new Set(["a"]) }],
  ["a map of dates", { by: new Map([["a", at]]) }],
  ["a big number", { count: 10n }],
  ["minus zero and no number", [-0, Number.NaN, Number.POSITIVE_INFINITY]],
  ["an error", { error: new Error("no") }],
  ["an object without a prototype", Object.assign(Object.create(null), { name: "Ada" })],
  ["a bare date", at],
  ["nothing", null],
  ["undefined alone", undefined],
  ["a text", "text"],
];

describe("superjson of our own", () => {
  it.each(values)("writes %s as superjson does", (_, value) => {
    expect(JSON.stringify(toSuperjson(value))).toBe(JSON.stringify(serialize(value)));
  });

  it("refuses names that would reach a prototype", () => {
    const value: unknown = JSON.parse('{"a":{"__proto__":{"b":1}}}');
    expect(() => toSuperjson(value)).toThrow(/prototype pollution/);
  });
});
