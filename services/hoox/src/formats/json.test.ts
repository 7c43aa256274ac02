import { describe, expect, it } from "vitest";
import { JsonNumber, parseJson } from "./json.ts";

describe("reading JSON", () => {
  it.each([
    ["a plain object", '{"a":"x","b":true,"c":false,"d":null}', { a: "x", b: true, c: false, d: null }],
    ["every escape", String.raw`{"a":"\"\\\/\b\f\n\r\té"}`, { a: '"\\/\b\f\n\r\té' }],
    ["an empty object", "{}", {}],
    ["a byte order mark", '\uFEFF{"a":"x"}', { a: "x" }],
    ["no-break spaces between tokens", '{\u00A0"a"\u00A0:\u00A0"x"\u00A0}', { a: "x" }],
    ["CRLF between tokens", '{\r\n"a": "x"\r\n}\r\n', { a: "x" }],
    ["a line break inside a text", '{"a":"one\r\ntwo"}', { a: "one\r\ntwo" }],
    ["an unquoted NaN as an absent value", '{"a":NaN,"b":"x"}', { a: undefined, b: "x" }],
    ["a field given twice with one value", '{"a":1,"a":1}', { a: new JsonNumber("1") }],
    ["__proto__ as a name like any other", '{"__proto__":"x"}', JSON.parse('{"__proto__":"x"}')],
    [
      "lists and objects inside",
      '{"a":[1,{"b":"x"}],"c":{}}',
      { a: [new JsonNumber("1"), new Map([["b", "x"]])], c: new Map() },
    ],
  ])("takes %s", (_, text, expected) => {
    expect(parseJson(text)).toEqual(new Map(Object.entries(expected)));
  });

  it.each(["0.1234567890123456789", "1e-7", "123456789012345678901234567890", "-0.10", "2E+5"])(
    "keeps the number %s as written",
    (written) => {
      expect(parseJson(`{"n":${written}}`)).toEqual(new Map([["n", new JsonNumber(written)]]));
    },
  );

  it("keeps __proto__ from reaching any prototype", () => {
    parseJson('{"__proto__":{"polluted":true}}');

    expect(Reflect.get({}, "polluted")).toBeUndefined();
  });

  it.each([
    ["an empty body", "", "the body is empty"],
    ["only spaces", " \r\n\uFEFF", "the body is empty"],
    ["plain text", "#BTC/USDT Long", 'line 1, column 1: "#BTC/USDT" needs double quotes'],
    ["HTML", "<html>", 'line 1, column 1: "<html>" needs double quotes'],
    ["a missing value", '{"price": ,"a":1}', 'line 1, column 11: the value of "price" is missing'],
    ["a missing last value", '{"price": }', 'column 11: the value of "price" is missing'],
    ["a trailing comma", '{"a":1,}', 'column 8: a comma before "}"'],
    ["a trailing comma in a list", "[1,]", 'column 4: a comma before "]"'],
    ["a missing comma", '{"a":1 "b":2}', 'expected "," or "}" after the value of "a"'],
    ["single quotes around a name", "{'a':1}", "expected a field name in double quotes, found \"'a'\""],
    ["single quotes around a value", `{"a":'x'}`, `found ' as the value of "a": texts need straight double quotes (")`],
    ["typographic quotes", "{“a”:1}", 'expected a field name in double quotes, found "“a”"'],
    ["typographic quotes around a value", '{"a":“x”}', 'found “ as the value of "a"'],
    ["doubled quotes", '{""a"":1}', 'expected ":" after the field name ""'],
    ["a comment", '{"a":1, // size\n"b":2}', "found a comment (JSON has none)"],
    ["a comment instead of a value", '{"a": /* none */ 1}', "expected a value, found a comment"],
    ["an unquoted word", '{"action":buy}', '"buy" as the value of "action" needs double quotes'],
    ["a Python boolean", '{"reduceOnly":True}', '"True" as the value of "reduceOnly" needs double quotes'],
    ["a decimal comma", '{"price":0,5}', 'expected a field name in double quotes, found "5"'],
    ["a number with two points", '{"price":1.2.3}', '"1.2.3" as the value of "price" is not a number'],
    ["a leading zero", '{"price":007}', '"007" as the value of "price" is not a number'],
    ["an unclosed text", '{"a":"x}', "column 6: a double quote that is never closed"],
    ["an unclosed object", '{"a":1', "found the end of the body"],
    ["a missing colon", '{"a" 1}', 'expected ":" after the field name "a"'],
    ["a broken escape", String.raw`{"a":"\u12"}`, "a broken \\u escape"],
    ["an unknown escape", String.raw`{"a":"\x"}`, "an unknown escape \\x"],
    ["text after the alert", '{"a":1}{"b":2}', 'unexpected "{" after the end of the alert'],
    ["a place on a later line", '{\r\n  "a": x\r\n}', "line 2, column 8"],
    ["too deep nesting", "[".repeat(50), "more than 8 levels of nesting"],
    [
      "a field given twice with different values",
      '{"quantity":1,"quantity":2}',
      "quantity is given twice with different values",
    ],
  ])("names the problem of %s", (_, text, words) => {
    expect(() => parseJson(text)).toThrow(words);
  });

  it("reads a body at the size limit without going deep or slow", () => {
    expect(() => parseJson(`{"a":"${"x".repeat(16_000)}"}`)).not.toThrow();
    expect(() => parseJson("[".repeat(16_000))).toThrow("nesting");
  });
});
