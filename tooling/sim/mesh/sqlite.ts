import { DatabaseSync, type StatementSync } from "node:sqlite";

type Value = string | number | null;

/** A Durable Object's SQLite storage: synchronous, in memory, statements kept prepared. */
export class SimSqlite {
  readonly #database = new DatabaseSync(":memory:");
  readonly #statements = new Map<string, StatementSync>();
  #depth = 0;

  exec<Row = Record<string, Value>>(query: string, ...bindings: Value[]): Row[] {
    const statement = this.#statements.get(query) ?? this.#database.prepare(query);
    this.#statements.set(query, statement);
    // The caller names the row type, as with a Durable Object's storage.
    return statement.all(...bindings) as Row[];
  }

  /** Commits what `work` did, or nothing of it when it throws; may be nested. */
  transaction<T>(work: () => T): T {
    if (this.#depth > 0) return work();
    this.#depth += 1;
    this.#database.exec("BEGIN");
    try {
      const result = work();
      this.#database.exec("COMMIT");
      return result;
    } catch (error) {
      if (this.#database.isTransaction) this.#database.exec("ROLLBACK");
      throw error;
    } finally {
      this.#depth -= 1;
    }
  }

  /** Deletes all rows; `sparing` answers the condition of rows that stay. The tables stay. */
  clear(sparing: (table: string) => string | undefined): void {
    for (const { name } of this.exec<{ name: string }>("SELECT name FROM sqlite_master WHERE type = 'table'")) {
      const stays = sparing(name);
      this.#database.exec(`DELETE FROM "${name}"${stays === undefined ? "" : ` WHERE NOT (${stays})`}`);
    }
  }
}

/** Databases of one kind serve one seed after the other: making tables costs more than a seed's traffic. */
export class SqlitePool {
  readonly #spare: SimSqlite[] = [];
  readonly #sparing: (table: string) => string | undefined;

  constructor(sparing: (table: string) => string | undefined = () => undefined) {
    this.#sparing = sparing;
  }

  borrow(): SimSqlite {
    const database = this.#spare.pop() ?? new SimSqlite();
    database.clear(this.#sparing);
    return database;
  }

  giveBack(database: SimSqlite): void {
    this.#spare.push(database);
  }
}
