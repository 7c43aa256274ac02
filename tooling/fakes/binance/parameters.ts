import { parseDecimal, type Decimal } from "#contracts/decimal";
import { Refused } from "./http.ts";

const DECIMAL = /^\d{1,20}(?:\.\d{1,20})?$/;
const DECIMAL_RANGE = String.raw`^([0-9]{1,20})(\.[0-9]{1,20})?$`;
const LONG = /^\d{1,20}$/;
const LONG_RANGE = "^[0-9]{1,20}$";

/** The parameters of one request, read as strictly as Binance reads them. Every method throws {@link Refused}. */
export class Parameters {
  readonly #all: URLSearchParams;
  readonly #read = new Set<string>();

  constructor(sent: string) {
    this.#all = new URLSearchParams(sent);
    const names = [...this.#all.keys()];
    if (new Set(names).size < names.length) throw new Refused(-1101, "Duplicate values for a parameter detected.");
  }

  optional(name: string): string | undefined {
    const value = this.#valueOf(name) ?? undefined;
    if (value === "") throw new Refused(-1105, `Parameter '${name}' was empty.`);
    return value;
  }

  text(name: string): string {
    const value = this.#valueOf(name);
    if (value !== null && value !== "") return value;
    throw new Refused(-1102, `Mandatory parameter '${name}' was not sent, was empty/null, or malformed.`);
  }

  /** What matches `range`, whose source Binance says in its answer. */
  matching(name: string, range: RegExp, words = range.source): string {
    const value = this.text(name);
    if (range.test(value)) return value;
    throw new Refused(-1100, `Illegal characters found in parameter '${name}'; legal range is '${words}'.`);
  }

  /** Plain digits: a number with an exponent is refused. */
  decimal(name: string): Decimal {
    const value = this.matching(name, DECIMAL, DECIMAL_RANGE);
    return parseDecimal(value) ?? value;
  }

  long(name: string): bigint {
    return BigInt(this.matching(name, LONG, LONG_RANGE));
  }

  oneOf<T extends string>(name: string, values: readonly T[], refusal: { code: number; words: string }): T {
    const value = this.text(name);
    const known = values.find((each) => each === value);
    if (known === undefined) throw new Refused(refusal.code, refusal.words);
    return known;
  }

  /** Refuses what has no meaning for this type of order. */
  notWanted(...names: readonly string[]): void {
    const sent = names.find((name) => this.#all.has(name));
    if (sent !== undefined) throw new Refused(-1106, `Parameter '${sent}' sent when not required.`);
  }

  has(name: string): boolean {
    return this.#all.has(name);
  }

  /** Names of what was sent and that nobody has asked for. */
  get unread(): string[] {
    return [...this.#all.keys()].filter((name) => !this.#read.has(name));
  }

  #valueOf(name: string): string | null {
    this.#read.add(name);
    return this.#all.get(name);
  }
}
