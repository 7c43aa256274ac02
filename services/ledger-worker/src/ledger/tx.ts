import type { LogSeverity } from "#contracts/log";
import type { OrderRequest } from "#contracts/order";
import type { Signal } from "#contracts/signal";
import type { Absence, Memory } from "./memory.ts";
import type { Effects, Hint, LedgerConfig, LedgerPorts, Sql, SqlValue } from "./ports.ts";
import { legTable, RowWriter, signalTable, type LegPatch, type SignalPatch } from "./row-writer.ts";
import { isLive, type LegRow, type SignalRow } from "./rows.ts";
import { signalFromColumns } from "./unreadable.ts";

/** What protection goes by: whoever changes it, the symbol is reviewed before the commit ends. */
const REVIEWED: { signals: readonly (keyof SignalPatch)[]; legs: readonly (keyof LegPatch)[] } = {
  signals: ["guarding", "emergency", "untargeted", "released", "not_before"],
  legs: ["status", "order_status", "quantity", "filled_quantity", "rest", "cancel_reason", "told"],
};

/**
 * One commit under construction. Rows are read once, so that every function sees the same object, and written
 * before the next statement that names their table, so that every query sees what was changed.
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
  /** Symbols whose protection is to be reviewed. */
  readonly symbols = new Set<string>();
  /** Symbols whose lane may have a new head. */
  readonly lanes = new Set<string>();
  readonly #signals = new Map<string, SignalRow>();
  readonly #legs = new Map<string, LegRow[]>();
  readonly #writers: { signals: RowWriter<SignalRow, keyof SignalPatch>; legs: RowWriter<LegRow, keyof LegPatch> };

  constructor(ports: LedgerPorts, memory: Memory) {
    const { sql } = ports;
    this.ports = ports;
    this.#writers = { signals: new RowWriter(sql, signalTable), legs: new RowWriter(sql, legTable) };
    this.sql = {
      exec: <Row>(query: string, ...bindings: SqlValue[]): Row[] => {
        if (query.includes("signals")) this.#writers.signals.flush();
        if (query.includes("legs")) this.#writers.legs.flush();
        return sql.exec<Row>(query, ...bindings);
      },
      transaction: (work) => sql.transaction(work),
    };
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
    try {
      return this.memory.bodies.of(row.body);
    } catch {
      return signalFromColumns(this.ledger, row);
    }
  }

  /** False for a damaged row, by which nothing may be traded. */
  isReadable(row: SignalRow): boolean {
    try {
      this.memory.bodies.of(row.body);
      return true;
    } catch {
      return false;
    }
  }

  update(row: SignalRow, patch: SignalPatch): void {
    const changed = this.#writers.signals.change(row, patch);
    if (changed.some((column) => REVIEWED.signals.includes(column))) this.symbols.add(row.symbol);
    const { absent, letters, oldest } = this.memory;
    if (patch.ready === 1) absent.delete("ready");
    if (patch.guarding === 1) absent.delete(`guarding ${row.symbol}`);
    if (patch.parked !== undefined && patch.parked > 0) letters.set(row.symbol, true);
    if (patch.ended !== undefined) {
      oldest.delete(row.symbol);
      absent.delete(`exit ${row.symbol}`);
    }
  }

  /** Writes every changed row. The end of a commit. */
  flush(): void {
    this.#writers.signals.flush();
    this.#writers.legs.flush();
  }

  /** As {@link signals}, and not even asked while it is known that there are none. */
  signalsUnless(absence: Absence, query: string, ...bindings: SqlValue[]): SignalRow[] {
    if (this.memory.absent.has(absence)) return [];
    const found = this.signals(query, ...bindings);
    if (found.length === 0) this.memory.absent.add(absence);
    return found;
  }

  /** What was asked of the venue. */
  orderOf(leg: Pick<LegRow, "order_body">): OrderRequest | undefined {
    try {
      return leg.order_body === null ? undefined : this.memory.orders.of(leg.order_body);
    } catch {
      // A damaged text must not keep what the venue says of the order from being booked.
      return undefined;
    }
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

  /** The stop or target that this one is placed with; undefined where it is placed alone. */
  mateOf(leg: Pick<LegRow, "request_id" | "mate">): LegRow | undefined {
    return leg.mate === null ? undefined : this.leg(leg.request_id, leg.mate);
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
      cancel_counts: 0,
      pending_at: null,
      live: 1,
      planned_at: this.now,
      absent_at: null,
      awaited_since: null,
      quantity_step: null,
      rest: null,
      mate: null,
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

  /** Takes back what was planned and never sent. */
  removeUnsent(signal: SignalRow): void {
    this.sql.exec(`DELETE FROM legs WHERE request_id = ? AND sent_at IS NULL`, signal.request_id);
    this.#legs.delete(signal.request_id);
  }

  updateLeg(row: LegRow, patch: Omit<LegPatch, "live">): void {
    const changed = this.#writers.legs.change(row, patch);
    if (changed.some((column) => REVIEWED.legs.includes(column))) this.symbols.add(row.symbol);
    this.#writers.legs.change(row, { live: isLive(row) ? 1 : 0 });
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
}
