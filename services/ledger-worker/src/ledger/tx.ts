import * as z from "zod";
import { signal as signalSchema, type Signal } from "#contracts/signal";
import type { LogSeverity } from "#contracts/log";
import { isLive, type LegRow, type SignalRow } from "./rows.ts";
import type { Effects, Hint, LedgerConfig, LedgerPorts, Sql, SqlValue } from "./ports.ts";

const storedSignal = signalSchema.extend({ sentAt: z.coerce.date().optional() });

/** What a ledger remembers between commits. All of it may be lost: the tables are the truth. */
export interface Memory {
  ledger: string | undefined;
  /** Published execute hints that nobody claimed yet, with the time at which they count as lost. */
  readonly hinted: Map<string, number>;
}

/**
 * One commit under construction. Rows are read once and written through, so that every function sees the
 * same object and every query the same table.
 */
export class Tx {
  readonly sql: Sql;
  readonly config: LedgerConfig;
  readonly ports: LedgerPorts;
  readonly memory: Memory;
  readonly now: number;
  readonly effects: Effects = { messages: [], hints: [], log: [], dueAt: Infinity };
  /** Signals to be judged and scheduled again before the commit ends. */
  readonly touched = new Set<string>();
  /** Symbols whose position or protective legs changed. */
  readonly symbols = new Set<string>();
  /** Symbols whose lane may have a new head. */
  readonly lanes = new Set<string>();
  readonly #signals = new Map<string, SignalRow>();
  readonly #legs = new Map<string, LegRow[]>();
  readonly #bodies = new Map<string, Signal>();

  constructor(ports: LedgerPorts, memory: Memory) {
    this.ports = ports;
    this.sql = ports.sql;
    this.config = ports.config;
    this.memory = memory;
    this.now = ports.now().getTime();
  }

  get at(): Date {
    return new Date(this.now);
  }

  /** The ledger's name. The platform does not tell it in an alarm, so the first accept writes it down. */
  get ledger(): string {
    const name = this.memory.ledger ?? this.config.name;
    if (name === undefined) throw new Error("this ledger has accepted nothing yet and does not know its name");
    return name;
  }

  signal(requestId: string): SignalRow | undefined {
    const known = this.#signals.get(requestId);
    if (known) return known;
    const row = this.sql.exec<SignalRow>(`SELECT * FROM signals WHERE request_id = ?`, requestId)[0];
    return row ? this.keep(row) : undefined;
  }

  /** Registers a row that a query of the caller read, and answers the one object that stands for it. */
  keep(row: SignalRow): SignalRow {
    const known = this.#signals.get(row.request_id);
    if (known) return known;
    this.#signals.set(row.request_id, row);
    return row;
  }

  /** The signals that a `SELECT *` finds. */
  signals(query: string, ...bindings: SqlValue[]): SignalRow[] {
    return this.sql.exec<SignalRow>(query, ...bindings).map((row) => this.keep(row));
  }

  /** What was accepted, as it was accepted. */
  bodyOf(row: SignalRow): Signal {
    const known = this.#bodies.get(row.request_id);
    if (known) return known;
    const body = storedSignal.parse(JSON.parse(row.body));
    this.#bodies.set(row.request_id, body);
    return body;
  }

  update(row: SignalRow, patch: Partial<SignalRow>): void {
    Object.assign(row, patch);
    this.#write("signals", "request_id = ?", patch, row.request_id);
  }

  /** All legs of a signal, in the order in which they are worked. */
  legs(requestId: string): LegRow[] {
    const known = this.#legs.get(requestId);
    if (known) return known;
    const rows = this.sql.exec<LegRow>(`SELECT * FROM legs WHERE request_id = ? ORDER BY ord`, requestId);
    this.#legs.set(requestId, rows);
    return rows;
  }

  leg(requestId: string, leg: string): LegRow | undefined {
    return this.legs(requestId).find((each) => each.leg === leg);
  }

  /** Live legs of a symbol, of all its signals, the oldest first. */
  liveLegs(symbol: string): LegRow[] {
    const ids = this.sql.exec<{ request_id: string }>(
      `SELECT DISTINCT request_id FROM legs WHERE symbol = ? AND live = 1 ORDER BY seq`,
      symbol,
    );
    return ids.flatMap(({ request_id }) => this.legs(request_id).filter((leg) => leg.live === 1));
  }

  addLeg(of: Pick<LegRow, "leg" | "ord" | "role" | "side"> & Partial<LegRow>, signal: SignalRow): LegRow {
    const row: LegRow = {
      request_id: signal.request_id,
      symbol: signal.symbol,
      seq: signal.seq,
      target: null,
      status: "planned",
      outcome: null,
      reason: null,
      order_body: null,
      quantity: null,
      sent_at: null,
      quiet_until: null,
      order_status: null,
      venue_order_id: null,
      filled_quantity: "0",
      average_price: null,
      fee: "0",
      profit: "0",
      fills: 0,
      asks: 0,
      due_at: 0,
      doubt_since: null,
      told: 0,
      cancel_reason: null,
      cancel_outcome: null,
      pending_id: null,
      live: 1,
      ...of,
    };
    const all = this.legs(signal.request_id);
    const columns = Object.keys(row);
    this.sql.exec(
      `INSERT INTO legs (${columns.join(", ")}) VALUES (${columns.map(() => "?").join(", ")})`,
      ...Object.values(row),
    );
    this.#legs.set(
      signal.request_id,
      [...all, row].toSorted((a, b) => a.ord - b.ord),
    );
    return row;
  }

  updateLeg(row: LegRow, patch: Partial<LegRow>): void {
    Object.assign(row, patch);
    const live = isLive(row) ? 1 : 0;
    const change = live === row.live ? patch : { ...patch, live };
    row.live = live;
    this.#write("legs", "request_id = ? AND leg = ?", change, row.request_id, row.leg);
  }

  /** The signal's next revision. */
  revise(row: SignalRow): number {
    this.update(row, { rev: row.rev + 1 });
    return row.rev;
  }

  touch(row: Pick<SignalRow, "request_id">): void {
    this.touched.add(row.request_id);
  }

  dueBy(at: number): void {
    this.effects.dueAt = Math.min(this.effects.dueAt, at);
  }

  hint(hint: Hint): void {
    this.effects.hints.push(hint);
  }

  log(
    severity: LogSeverity,
    event: string,
    message: string,
    requestId?: string,
    fields?: Record<string, unknown>,
  ): void {
    this.effects.log.push({
      severity,
      event,
      message,
      ...(requestId ? { requestId } : {}),
      ...(fields ? { fields } : {}),
    });
  }

  #write(
    table: "signals" | "legs",
    where: string,
    patch: Readonly<Record<string, SqlValue | undefined>>,
    ...key: string[]
  ): void {
    const columns = Object.keys(patch);
    if (columns.length === 0) return;
    const values = Object.values(patch).map((value) => value ?? null);
    this.sql.exec(
      `UPDATE ${table} SET ${columns.map((name) => `${name} = ?`).join(", ")} WHERE ${where}`,
      ...values,
      ...key,
    );
  }
}
