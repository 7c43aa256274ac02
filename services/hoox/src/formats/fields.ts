import { parseDecimal, positiveDecimal, type Decimal } from "#contracts/decimal";
import { ALIASES, aliasesOf, plainName, type Part } from "./aliases.ts";
import { JsonNumber, sameScalar, type JsonObject, type JsonValue } from "./json.ts";
import { AlertRefused, quoted } from "./refused.ts";

/** An alert's fields by {@link plainName}, and what each of them was read as. */
export class Fields extends Map<string, JsonValue> {
  readonly #written = new Map<string, string>();
  /** In the order of reading. */
  readonly read = new Map<string, Part>();

  constructor(object: JsonObject) {
    super();
    for (const [name, value] of object) this.#put(name, value, name);
  }

  /** The name as the sender spells it; senders choose it, so it is cut. */
  spelled(name: string): string {
    return (this.#written.get(plainName(name)) ?? name).slice(0, 40);
  }

  /** Reads what stands in an object inside as if it stood beside it. */
  lift(container: string): void {
    const inner = this.get(container);
    if (!(inner instanceof Map)) return;
    const spelled = this.spelled(container);
    this.delete(container);
    this.#written.delete(container);
    for (const [name, value] of inner) this.#put(name, value, `${spelled}.${name}`);
  }

  /** Gives a field the name that says what it means here; messages keep the sender's. */
  rename(from: string, to: string): void {
    if (!this.has(from) || this.has(to)) return;
    this.set(to, this.get(from));
    this.#written.set(to, this.spelled(from));
    this.delete(from);
    this.#written.delete(from);
  }

  #put(name: string, value: JsonValue, spelled: string): void {
    const plain = plainName(name);
    if (this.has(plain) && !sameScalar(this.get(plain), value)) {
      throw new AlertRefused(
        "duplicate_field",
        name,
        `${spelled} is given twice, in two spellings, with different values`,
      );
    }
    this.set(plain, value);
    if (!this.#written.has(plain)) this.#written.set(plain, spelled);
  }
}

/** The one alert of a body: an object, or an array of exactly one. */
export function fieldsOf(body: JsonValue): Fields {
  if (Array.isArray(body)) {
    const [only] = body;
    if (body.length === 1 && only instanceof Map) return fieldsOf(only);
    throw new AlertRefused(
      "several_alerts",
      "body",
      `the body is an array of ${body.length}; an array may hold exactly one alert`,
      "send one alert per request: each is accepted or refused on its own",
    );
  }
  if (!(body instanceof Map)) throw new AlertRefused("not_an_object", "body", "the body is not a JSON object");
  return new Fields(body);
}

/** Trimmed text, or undefined for what alerts write instead of nothing: "", null, NaN. */
export function text(fields: Fields, name: string): string | undefined {
  const value = fields.get(plainName(name));
  if (value === undefined || value === null) return undefined;
  if (value instanceof JsonNumber) return value.source;
  if (typeof value === "object") throw wrong(fields.spelled(name), "must be a text or a number");
  const trimmed = String(value).trim();
  return trimmed === "" || /^nan$/i.test(trimmed) ? undefined : trimmed;
}

/** As {@link text}, of a field that others may use for something else: an object or a list in it says nothing. */
export function said(fields: Fields, name: string): string | undefined {
  const value = fields.get(plainName(name));
  const scalar = typeof value !== "object" || value === null || value instanceof JsonNumber;
  return scalar ? text(fields, name) : undefined;
}

/** What one field says about a part of the signal. */
export interface Said {
  /** As the sender spells it. */
  name: string;
  plain: string;
  says: string;
}

/** Everything the alert says about a part, under our own name first. All of it counts as read. */
export function sayings(fields: Fields, part: Part): Said[] {
  return aliasesOf(part).flatMap(({ plain, only }, index) => {
    const name = fields.spelled(plain);
    if (only !== undefined && only !== name) return [];
    // Only our own name cannot mean anything else, so only there a list is a mistake.
    const says = index === 0 ? text(fields, plain) : said(fields, plain);
    if (says === undefined) return [];
    fields.read.set(plain, part);
    return [{ name, plain, says }];
  });
}

/** What the alert says about a part, which must be the same wherever it says it. */
export function one(
  fields: Fields,
  part: Part,
  same: (a: string, b: string) => boolean = (a, b) => a.toLowerCase() === b.toLowerCase(),
): Said | undefined {
  const [first, ...others] = sayings(fields, part);
  for (const other of others) {
    if (first !== undefined && !same(first.says, other.says)) throw saysOtherwise(other, first);
  }
  return first;
}

/** A number, which several fields may say in several ways (`1`, `1.0`). */
export function number(fields: Fields, part: Part): Decimal | undefined {
  const first = one(fields, part, (a, b) => (parseDecimal(a) ?? a) === (parseDecimal(b) ?? b));
  return first === undefined ? undefined : decimalOf(first.name, first.says);
}

/** As {@link number}, greater than zero. */
export function positive(fields: Fields, part: Part): Decimal | undefined {
  const read = number(fields, part);
  return read === undefined ? undefined : aboveZero(sayings(fields, part)[0]?.name ?? part, read);
}

export function aboveZero(name: string, read: Decimal): Decimal {
  if (positiveDecimal.safeParse(read).success) return read;
  throw wrong(name, `must be greater than zero, not ${read}`);
}

export function decimalOf(name: string, written: string): Decimal {
  const read = parseDecimal(written);
  // The largest decimal of the contracts is 60 characters long.
  if (read !== undefined && read.length <= 60) return read;
  throw wrong(name, `must be a number such as 0.001, not ${quoted(written)}`);
}

export function flag(fields: Fields, part: Part): boolean | undefined {
  const first = one(fields, part, (a, b) => truth(a) === truth(b));
  if (first === undefined) return undefined;
  const read = truth(first.says);
  if (read === undefined) throw wrong(first.name, `must be true or false, not ${quoted(first.says)}`);
  return read;
}

/** True and false as JSON, Python and forms write them. */
export function truth(written: string): boolean | undefined {
  if (/^(?:true|1|yes)$/i.test(written)) return true;
  return /^(?:false|0|no)$/i.test(written) ? false : undefined;
}

export function wrong(name: string, problem: string, hint?: string): AlertRefused {
  return new AlertRefused("invalid_field", name, `${name} ${problem}`, hint);
}

export function contradiction(other: Said, ours: string, hint: string): AlertRefused {
  return new AlertRefused("contradiction", other.name, `${other.name} says ${quoted(other.says)}, but ${ours}`, hint);
}

export function saysOtherwise(other: Said, first: Said): AlertRefused {
  return contradiction(other, `${first.name} says ${quoted(first.says)}`, `say it once: leave ${other.name} out`);
}

export function missing(part: Part, hint?: string): AlertRefused {
  const name = ALIASES[part][0];
  return new AlertRefused("missing_field", name, `${name} is missing`, hint);
}
