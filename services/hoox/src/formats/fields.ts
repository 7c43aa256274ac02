import { parseDecimal, positiveDecimal, type Decimal } from "#contracts/decimal";
import { JsonNumber, sameScalar, type JsonObject, type JsonValue } from "./json.ts";
import { OTHER_NAMES } from "./other-names.ts";
import { AlertRefused, quoted } from "./refused.ts";

/** An alert's fields by {@link plainName}: `reduceOnly`, `reduce_only` and `REDUCE_ONLY` are one field. */
export class Fields extends Map<string, JsonValue> {
  readonly #written = new Map<string, string>();

  constructor(object: JsonObject) {
    super();
    for (const [name, value] of object) {
      const plain = plainName(name);
      if (this.has(plain) && !sameScalar(this.get(plain), value)) {
        throw new AlertRefused(
          "duplicate_field",
          name,
          `${name} is given twice, in two spellings, with different values`,
        );
      }
      this.set(plain, value);
      this.#written.set(plain, name);
    }
  }

  /** The name as the sender spells it; senders choose it, so it is cut. */
  spelled(name: string): string {
    return (this.#written.get(plainName(name)) ?? name).slice(0, 40);
  }
}

export function plainName(name: string): string {
  return name.toLowerCase().replaceAll(/[_\-\s]/g, "");
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
  if (typeof value === "object") throw wrong(name, "must be a text or a number");
  const trimmed = String(value).trim();
  return trimmed === "" || /^nan$/i.test(trimmed) ? undefined : trimmed;
}

/** As {@link text}, of a field that others may use for something else: an object or a list in it says nothing. */
export function said(fields: Fields, name: string): string | undefined {
  const value = fields.get(plainName(name));
  const scalar = typeof value !== "object" || value === null || value instanceof JsonNumber;
  return scalar ? text(fields, name) : undefined;
}

export function number(fields: Fields, name: string): Decimal | undefined {
  const written = text(fields, name);
  return written === undefined ? undefined : decimalOf(name, written);
}

/** As {@link number}, greater than zero. */
export function positive(fields: Fields, name: string): Decimal | undefined {
  const read = number(fields, name);
  if (read === undefined || positiveDecimal.safeParse(read).success) return read;
  throw wrong(name, `must be greater than zero, not ${read}`);
}

export function decimalOf(name: string, written: string): Decimal {
  const read = parseDecimal(written);
  // The largest decimal of the contracts is 60 characters long.
  if (read !== undefined && read.length <= 60) return read;
  const hint = written.endsWith("%")
    ? `percentages are not sizes here: give ${name} in units of the base coin`
    : undefined;
  throw wrong(name, `must be a number such as 0.001, not ${quoted(written)}`, name === "quantity" ? hint : undefined);
}

export function flag(fields: Fields, name: string): boolean | undefined {
  const written = text(fields, name)?.toLowerCase();
  if (written === undefined) return undefined;
  if (written === "true" || written === "1" || written === "yes") return true;
  if (written === "false" || written === "0" || written === "no") return false;
  throw wrong(name, `must be true or false, not ${quoted(written)}`);
}

export function wrong(name: string, problem: string, hint?: string): AlertRefused {
  return new AlertRefused("invalid_field", name, `${name} ${problem}`, hint);
}

/** Says what the alert calls the field instead, if it is one of {@link OTHER_NAMES}. */
export function missing(name: keyof typeof OTHER_NAMES, fields: Fields): AlertRefused {
  const other = OTHER_NAMES[name].find((each) => fields.has(plainName(each)));
  const hint =
    other === undefined ? undefined : `this alert says ${quoted(fields.spelled(other))}; Hoox calls it ${quoted(name)}`;
  return new AlertRefused("missing_field", name, `${name} is missing`, hint);
}
