import { deserialize, serialize, type SuperJSONResult } from "superjson";
import { describe, expect, it } from "vitest";
import { fromSuperjson, toSuperjson } from "./superjson.ts";

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

function overTheWire(wire: SuperJSONResult): SuperJSONResult {
  return JSON.parse(JSON.stringify(wire));
}

describe("superjson of our own", () => {
  it.each(values)("writes %s as superjson does", (_, value) => {
    expect(JSON.stringify(toSuperjson(value))).toBe(JSON.stringify(serialize(value)));
  });

  it.each(values)("reads %s as superjson does, and leaves what it reads as it is", (_, value) => {
    const wire = overTheWire(serialize(value));
    const before = JSON.stringify(wire);
    expect(fromSuperjson(wire)).toEqual(deserialize(wire));
    expect(JSON.stringify(wire)).toBe(before);
  });

  it("refuses names that would reach a prototype", () => {
    const value: unknown = JSON.parse('{"a":{"__proto__":{"b":1}}}');
    expect(() => toSuperjson(value)).toThrow(/prototype pollution/);
  });

  it.each([
    ["of what is not there", { values: { "a.b": ["Date"] }, v: 1 }],
    ["of a date that is a number", { values: { count: ["Date"] }, v: 1 }],
    ["of a kind that nobody knows", { values: { name: ["Temporal"] }, v: 1 }],
    ["through a text", { values: { "name.length": ["Date"] }, v: 1 }],
    ["without a version", { values: { "at\\.": ["Date"] } }],
    ["that reach a prototype", { values: { "__proto__.polluted": ["Date"] }, v: 1 }],
    ["that are no annotations", { values: "Date", v: 1 }],
  ])("does with annotations %s what superjson does", (_, meta) => {
    const wire = { json: { name: "Ada", count: 1, at: "2026" }, meta } as unknown as SuperJSONResult;
    const said = (read: (from: SuperJSONResult) => unknown): unknown => {
      try {
        return read(structuredClone(wire));
      } catch (error) {
        return String(error);
      }
    };
    expect(said(fromSuperjson)).toEqual(said(deserialize));
  });
});
