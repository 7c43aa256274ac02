import type { Sql, SqlValue } from "./ports.ts";
import type { LegRow, SignalRow } from "./rows.ts";

interface Table<Row, Column extends keyof Row & string> {
  readonly name: string;
  readonly key: readonly (keyof Row & string)[];
  /** Always written, so that few texts are ever prepared. */
  readonly plain: readonly Column[];
  /** Written only when they changed: naming one rewrites its entries in the indexes, or it hardly ever does. */
  readonly indexed: readonly Column[];
  /** By the indexed columns that it writes. */
  readonly updates: Map<string, string>;
}

type Patch<Row, Column extends keyof Row> = { readonly [Name in Column]?: Row[Name] | undefined };

function defineTable<Row>() {
  return <Column extends keyof Row & string>(of: Omit<Table<Row, Column>, "updates">): Table<Row, Column> => ({
    ...of,
    updates: new Map(),
  });
}

export const signalTable = defineTable<SignalRow>()({
  name: "signals",
  key: ["request_id"],
  plain: [
    "valid_until",
    "ended_at",
    "outcome",
    "reason",
    "settled_quantity",
    "rev",
    "attempts",
    "backoffs",
    "failures",
    "lease",
    "lease_until",
    "not_before",
    "last_error",
    "hints",
    "emergency",
    "released",
    "warn_at",
    "warnings",
    "worker_version",
    "untargeted",
  ],
  indexed: [
    "ended",
    "hint_at",
    "ready",
    "due_at",
    "prune_at",
    "guarding",
    "seq",
    "generation",
    "parked",
    "parked_version",
    "replay_id",
    "first_seq",
    "valid_from",
    "unsupersedable",
  ],
});

export const legTable = defineTable<LegRow>()({
  name: "legs",
  key: ["request_id", "leg"],
  plain: [
    "side",
    "status",
    "outcome",
    "reason",
    "order_body",
    "quantity",
    "sent_at",
    "quiet_until",
    "order_status",
    "venue_order_id",
    "filled_quantity",
    "average_price",
    "fee",
    "profit",
    "fills",
    "asks",
    "due_at",
    "doubt_since",
    "told",
    "cancel_reason",
    "cancel_outcome",
    "cancel_counts",
    "pending_at",
    "absent_at",
    "awaited_since",
    "quantity_step",
    "rest",
  ],
  indexed: ["live", "seq"],
});

export type SignalPatch = Patch<SignalRow, (typeof signalTable)["plain"][number]>;
export type LegPatch = Patch<LegRow, (typeof legTable)["plain"][number]>;

/** Rows of one table that a commit has changed; each is written by one UPDATE, however often it changed. */
export class RowWriter<Row extends object, Column extends keyof Row & string> {
  readonly #sql: Sql;
  readonly #table: Table<Row, Column>;
  /** The indexed columns that changed, by row. */
  readonly #changed = new Map<Row, Set<Column>>();

  constructor(sql: Sql, table: Table<Row, Column>) {
    this.#sql = sql;
    this.#table = table;
  }

  /** Answers which columns were not so already. */
  change(row: Row, patch: Patch<Row, Column>): Column[] {
    const columns: Column[] = [];
    // A patch has the columns of the table and no others.
    for (const column of Object.keys(patch) as Column[]) {
      const value = patch[column] ?? (null as Row[Column]);
      if (row[column] === value) continue;
      row[column] = value;
      columns.push(column);
      let indexed = this.#changed.get(row);
      if (!indexed) this.#changed.set(row, (indexed = new Set()));
      if (this.#table.indexed.includes(column)) indexed.add(column);
    }
    return columns;
  }

  flush(): void {
    if (this.#changed.size === 0) return;
    const { key, plain, indexed } = this.#table;
    for (const [row, changed] of this.#changed) {
      const also = changed.size === 0 ? [] : indexed.filter((column) => changed.has(column));
      // Every column holds what SQLite gave or takes.
      const values = [...plain, ...also, ...key].map((column) => row[column] as SqlValue);
      this.#sql.exec(this.#textFor(also), ...values);
    }
    this.#changed.clear();
  }

  #textFor(also: readonly Column[]): string {
    const { name, key, plain, updates } = this.#table;
    const known = updates.get(also.join());
    if (known !== undefined) return known;
    const columns = [...plain, ...also].map((column) => `${column} = ?`).join(", ");
    const text = `UPDATE ${name} SET ${columns} WHERE ${key.map((column) => `${column} = ?`).join(" AND ")}`;
    updates.set(also.join(), text);
    return text;
  }
}
