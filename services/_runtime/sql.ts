export type SqlValue = string | number | null;

/** Synchronous SQLite: a Durable Object's `ctx.storage.sql`, or node:sqlite in tests and the simulation. */
export interface Sql {
  /**
   * The caller names the row type; it must match the columns that the query selects. A limit stands in the query as
   * a number: SQLite plans by it, so one that is bound has the statement planned again at every execution.
   */
  exec<Row = Record<string, SqlValue>>(query: string, ...bindings: SqlValue[]): Row[];
  /** Commits what `work` did, or nothing of it when it throws. */
  transaction<T>(work: () => T): T;
}

/** A Durable Object's storage, as far as it is used. */
export interface Storage {
  readonly sql: { exec(query: string, ...bindings: SqlValue[]): { toArray(): unknown[] } };
  transactionSync<T>(work: () => T): T;
  setAlarm(at: Date): Promise<void>;
  deleteAlarm(): Promise<void>;
}

export function sqlOf(storage: Pick<Storage, "sql" | "transactionSync">): Sql {
  return {
    // The port's contract: the caller names the row type that its query selects.
    exec: <Row>(query: string, ...bindings: SqlValue[]) => storage.sql.exec(query, ...bindings).toArray() as Row[],
    transaction: (work) => storage.transactionSync(work),
  };
}
