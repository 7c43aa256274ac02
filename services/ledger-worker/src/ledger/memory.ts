import { orderRequest, type OrderRequest } from "#contracts/order";
import type { Decimal } from "#contracts/decimal";
import { signal as signalSchema, type Signal } from "#contracts/signal";
import * as z from "zod";
import type { LedgerPosition } from "./positions.ts";

const storedSignal = signalSchema.unwrap().extend({
  sentAt: z.coerce.date().optional(),
  expiresAt: z.coerce.date().optional(),
});

/** What a query found to be empty: no signal ready for a hint, guarding a symbol, or waiting as its exit. */
export type Absence = "ready" | `guarding ${string}` | `exit ${string}`;

/**
 * What a ledger remembers between commits. All of it may be lost: the tables are the truth. What mirrors a
 * table is written by the one place that writes the table, and forgotten when a commit fails.
 */
export class Memory {
  ledger: string | undefined;
  /** Published execute hints that nobody claimed yet, with the time at which they count as lost. */
  readonly hinted = new Map<string, number>();
  /** Absent entry: not known. */
  readonly absent = new Set<Absence>();
  /** The oldest unended signal by symbol; null: there is none. Absent entry: not known. */
  readonly oldest = new Map<string, string | null>();
  /** By symbol, whether there may be dead letters, waiting or revived. Absent entry: not known. */
  readonly letters = new Map<string, boolean>();
  readonly positions = new Map<string, LedgerPosition>();
  /** The realised profit of one UTC day, by currency. */
  day: { day: string; profits: Map<string, Decimal> } | undefined;
  /** Whether orders are counted, as stored; undefined: not known. */
  countsOrders: boolean | undefined;
  /** Why entries are halted, as stored; undefined: not known. */
  halt: { reason: string | undefined } | undefined;
  readonly bodies = new Parsed<Signal>((text) => storedSignal.parse(JSON.parse(text)));
  readonly orders = new Parsed<OrderRequest>((text) => orderRequest.parse(JSON.parse(text)));

  constructor(ledger: string | undefined) {
    this.ledger = ledger;
  }

  /** Every new row of `signals` is told here. */
  accepted(of: { symbol: string; requestId: string }, as: { oldest: boolean; exit: boolean; ready: boolean }): void {
    if (as.oldest) this.oldest.set(of.symbol, of.requestId);
    if (as.exit) this.absent.delete(`exit ${of.symbol}`);
    if (as.ready) this.absent.delete("ready");
  }

  /** A commit was undone: what mirrors the tables may be wrong. */
  forget(): void {
    this.absent.clear();
    this.oldest.clear();
    this.letters.clear();
    this.positions.clear();
    this.day = undefined;
    this.countsOrders = undefined;
    this.halt = undefined;
  }
}

/** Stored texts that were parsed before, by the text itself, so that it can never be another's. */
class Parsed<T> {
  static readonly #MOST = 256;
  readonly #parse: (text: string) => T;
  readonly #known = new Map<string, T>();

  constructor(parse: (text: string) => T) {
    this.#parse = parse;
  }

  of(text: string): T {
    return this.#known.get(text) ?? this.put(text, this.#parse(text));
  }

  /** `value` must be what parsing the text would give. */
  put(text: string, value: T): T {
    if (this.#known.size >= Parsed.#MOST) {
      const [oldest] = this.#known.keys();
      if (oldest !== undefined) this.#known.delete(oldest);
    }
    this.#known.set(text, value);
    return value;
  }
}
