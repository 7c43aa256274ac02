import { AlertRefused, quoted } from "./refused.ts";

/** A number as it was written: JavaScript's floats would change `0.1234567890123456789` and `1e-7`. */
export class JsonNumber {
  readonly source: string;

  constructor(source: string) {
    this.source = source;
  }
}

/** `undefined` is an unquoted NaN, TradingView's word for "no value". Objects are Maps, so `__proto__` is a name like any other. */
export type JsonValue = string | boolean | null | undefined | JsonNumber | JsonValue[] | JsonObject;
export type JsonObject = Map<string, JsonValue>;

const MAX_DEPTH = 8;
const SPACE = /[\s\uFEFF]*/y;
const NUMBER = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
const BARE = /[^\s,:[\]{}"]+/y;
// Raw line breaks and tabs are allowed: TradingView pastes multi-line comments into a string as they are.
const PLAIN_TEXT = /[^"\\]*/y;
const ESCAPES: Readonly<Record<string, string>> = {
  '"': '"',
  "\\": "\\",
  "/": "/",
  b: "\b",
  f: "\f",
  n: "\n",
  r: "\r",
  t: "\t",
};
const WORDS: Readonly<Record<string, JsonValue>> = { true: true, false: false, null: null, NaN: undefined };

/**
 * Reads JSON as alerts carry it: numbers keep their text, NaN is an absent value, a field given twice must
 * agree with itself. Throws {@link AlertRefused} that names problem, line and column.
 */
export function parseJson(text: string): JsonValue {
  return new Parser(text).document();
}

class Parser {
  readonly #text: string;
  #at = 0;
  /** The field whose value is being read, for messages. */
  #field = "";

  constructor(text: string) {
    this.#text = text;
  }

  document(): JsonValue {
    this.#skipSpace();
    if (this.#peek() === "") throw new AlertRefused("empty_body", "body", "the body is empty", EXAMPLE);
    const value = this.#value(0);
    this.#skipSpace();
    if (this.#peek() !== "") this.#fail(`unexpected ${this.#found()} after the end of the alert`);
    return value;
  }

  #value(depth: number): JsonValue {
    const character = this.#peek();
    if (character === "{" || character === "[") {
      if (depth >= MAX_DEPTH) this.#fail(`more than ${MAX_DEPTH} levels of nesting`);
      return character === "{" ? this.#object(depth) : this.#array(depth);
    }
    if (character === '"') return this.#string();
    return this.#bare();
  }

  #object(depth: number): JsonObject {
    const object: JsonObject = new Map();
    this.#at += 1;
    this.#skipSpace();
    if (this.#take("}")) return object;
    for (;;) {
      if (this.#peek() !== '"') this.#fail(`expected a field name in double quotes, found ${this.#found()}`);
      const name = this.#string();
      this.#field = name;
      this.#skipSpace();
      if (!this.#take(":")) this.#fail(`expected ":" after the field name ${quoted(name)}, found ${this.#found()}`);
      this.#skipSpace();
      const value = this.#value(depth + 1);
      if (object.has(name) && !sameScalar(object.get(name), value)) {
        throw new AlertRefused("duplicate_field", name, `${name} is given twice with different values`);
      }
      object.set(name, value);
      this.#skipSpace();
      if (this.#take("}")) return object;
      if (!this.#take(","))
        this.#fail(`expected "," or "}" after the value of ${quoted(name)}, found ${this.#found()}`);
      this.#skipSpace();
      if (this.#peek() === "}") this.#fail(`a comma before "}"`);
    }
  }

  #array(depth: number): JsonValue[] {
    const array: JsonValue[] = [];
    this.#at += 1;
    this.#skipSpace();
    if (this.#take("]")) return array;
    for (;;) {
      array.push(this.#value(depth + 1));
      this.#skipSpace();
      if (this.#take("]")) return array;
      if (!this.#take(",")) this.#fail(`expected "," or "]", found ${this.#found()}`);
      this.#skipSpace();
      if (this.#peek() === "]") this.#fail(`a comma before "]"`);
    }
  }

  #string(): string {
    const start = this.#at;
    this.#at += 1;
    let text = "";
    for (;;) {
      text += this.#match(PLAIN_TEXT);
      if (this.#take('"')) return text;
      if (this.#peek() === "") this.#fail("a double quote that is never closed", start);
      text += this.#escape();
    }
  }

  #escape(): string {
    const letter = this.#text.charAt(this.#at + 1);
    if (letter === "u") {
      const hex = this.#text.slice(this.#at + 2, this.#at + 6);
      if (!/^[0-9a-f]{4}$/i.test(hex)) this.#fail("a broken \\u escape");
      this.#at += 6;
      return String.fromCharCode(Number.parseInt(hex, 16));
    }
    const meaning = Object.hasOwn(ESCAPES, letter) ? ESCAPES[letter] : undefined;
    if (meaning === undefined) return this.#fail(`an unknown escape \\${letter}`);
    this.#at += 2;
    return meaning;
  }

  #bare(): JsonValue {
    const start = this.#at;
    const word = this.#match(BARE);
    if (Object.hasOwn(WORDS, word)) return WORDS[word];
    this.#at = start;
    const number = this.#match(NUMBER);
    if (number !== "" && number === word) return new JsonNumber(number);
    this.#at = start;
    return this.#fail(this.#misspelt(word));
  }

  #misspelt(word: string): string {
    const of = this.#field === "" ? "" : ` as the value of ${quoted(this.#field)}`;
    if (word === "" && this.#field !== "") return `the value of ${quoted(this.#field)} is missing`;
    if (word === "" || /^\/[/*]/.test(word)) return `expected a value, found ${this.#found()}`;
    if (/^['‘’“”„«`]/.test(word)) return `found ${word.charAt(0)}${of}: texts need straight double quotes (")`;
    if (/^[-+.\d]/.test(word)) return `${quoted(word)}${of} is not a number`;
    return `${quoted(word)}${of} needs double quotes`;
  }

  #match(pattern: RegExp): string {
    pattern.lastIndex = this.#at;
    const found = pattern.exec(this.#text)?.[0] ?? "";
    this.#at += found.length;
    return found;
  }

  #skipSpace(): void {
    this.#match(SPACE);
  }

  #peek(): string {
    return this.#text.charAt(this.#at);
  }

  #take(character: string): boolean {
    if (this.#peek() !== character) return false;
    this.#at += 1;
    return true;
  }

  #found(): string {
    if (this.#peek() === "") return "the end of the body";
    const word = this.#match(BARE);
    this.#at -= word.length;
    return /^\/[/*]/.test(word) ? "a comment (JSON has none)" : quoted(word === "" ? this.#peek() : word);
  }

  #fail(problem: string, at = this.#at): never {
    const before = this.#text.slice(0, at);
    const line = before.split("\n").length;
    const column = at - before.lastIndexOf("\n");
    throw new AlertRefused(
      "invalid_json",
      this.#field === "" ? "body" : this.#field,
      `the body is not valid JSON at line ${line}, column ${column}: ${problem}`,
      EXAMPLE,
    );
  }
}

const EXAMPLE =
  'an alert looks like {"apiKey":"…","symbol":"BTCUSDT","action":"buy","quantity":"0.001","time":"{{timenow}}"}';

/** Equal for two equal texts, numbers or words; objects and arrays never compare as equal. */
export function sameScalar(a: JsonValue, b: JsonValue): boolean {
  if (a instanceof JsonNumber && b instanceof JsonNumber) return a.source === b.source;
  return a === b;
}
