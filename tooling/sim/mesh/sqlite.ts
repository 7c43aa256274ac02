import { DatabaseSync, type StatementSync } from "node:sqlite";

type Value = string | number | null;

/** A Durable Object's SQLite storage: synchronous, in memory, statements kept prepared. */
export class SimSqlite {
  readonly #database = new DatabaseSync(":memory:");
  readonly #queries = new Map<string, Query>();
  readonly #begin = this.#database.prepare("BEGIN");
  readonly #commit = this.#database.prepare("COMMIT");
  #depth = 0;

  exec<Row = Record<string, Value>>(query: string, ...bindings: Value[]): Row[] {
    let known = this.#queries.get(query);
    if (known === undefined) this.#queries.set(query, (known = new Query(this.#database.prepare(query))));
    // The caller names the row type, as with a Durable Object's storage.
    return known.rows(bindings) as Row[];
  }

  /** Commits what `work` did, or nothing of it when it throws; may be nested. */
  transaction<T>(work: () => T): T {
    if (this.#depth > 0) return work();
    this.#depth += 1;
    this.#begin.run();
    try {
      const result = work();
      this.#commit.run();
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

/** node:sqlite makes a row's object in twice the time that it takes to make an array and the object from it. */
class Query {
  readonly #statement: StatementSync;
  #rowOf: ((values: readonly unknown[]) => Record<string, unknown>) | undefined;

  constructor(statement: StatementSync) {
    this.#statement = statement;
    statement.setReturnArrays(true);
  }

  rows(bindings: readonly Value[]): Record<string, unknown>[] {
    // What `setReturnArrays` promises.
    const found = this.#statement.all(...bindings) as unknown as readonly (readonly unknown[])[];
    if (found.length === 0) return [];
    const rowOf = (this.#rowOf ??= rowMaker(this.#statement.columns().map(({ name }) => name)));
    return found.map(rowOf);
  }
}

/** Written out as a literal: forty columns one by one cost more than the query. */
function rowMaker(columns: readonly string[]): (values: readonly unknown[]) => Record<string, unknown> {
  const fields = columns.map((column, index) => `${JSON.stringify(column)}: values[${index}]`);
  // Columns of our own queries, quoted.
  // oxlint-disable-next-line no-new-func, typescript/no-implied-eval
  return new Function("values", `return { ${fields.join(", ")} };`) as (
    values: readonly unknown[],
  ) => Record<string, unknown>;
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
