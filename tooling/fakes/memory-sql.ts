import { DatabaseSync, type StatementSync } from "node:sqlite";

/** A Durable Object's storage on node:sqlite, in memory: the `Sql` port of Workers in unit tests. */
export class MemorySql {
  readonly database = new DatabaseSync(":memory:");
  readonly #prepared = new Map<string, StatementSync>();
  /** Queries since the last reset of this list, for tests of what a commit costs. */
  queries: string[] = [];

  /** With what stood in another's `database.serialize()`: a copy costs less than making its tables again. */
  static from(image: Uint8Array): MemorySql {
    const sql = new MemorySql();
    sql.database.deserialize(image);
    return sql;
  }

  exec<Row>(query: string, ...bindings: (string | number | null)[]): Row[] {
    this.queries.push(query);
    let statement = this.#prepared.get(query);
    if (!statement) {
      statement = this.database.prepare(query);
      this.#prepared.set(query, statement);
    }
    // The port's contract: the caller names the row type that its query selects.
    return statement.all(...bindings) as Row[];
  }

  transaction<T>(work: () => T): T {
    this.database.exec("BEGIN");
    try {
      const result = work();
      this.database.exec("COMMIT");
      return result;
    } catch (error) {
      this.database.exec("ROLLBACK");
      throw error;
    }
  }
}
