import { readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { DatabaseSync, type SQLInputValue, type StatementSync } from "node:sqlite";

const MIGRATIONS = resolve(import.meta.dirname, "../../migrations");
const MAX_PARAMS = 100;
const MAX_SQL_BYTES = 100_000;
const MAX_VALUE_BYTES = 2_000_000;

/** Texts that the real D1 answers with when it is away; `lost` leaves open whether the write happened. */
export const d1Failures = {
  overloaded: "D1_ERROR: D1 DB is overloaded. Requests queued for too long.",
  lost: "D1_ERROR: Network connection lost.",
  reset: "D1_ERROR: D1 DB reset because its code was updated.",
} as const;

let migrated: Uint8Array | undefined;

interface Answer {
  success: true;
  results: Record<string, unknown>[];
  meta: { changes: number; duration: number; size_after: number };
}

/**
 * D1's binding over node:sqlite, in memory: asynchronous, a batch is one transaction, D1's limits and error
 * texts. Like D1 it runs every statement of a text. Faults are injected with `failNext`.
 */
export class FakeD1 {
  readonly sqlite = new DatabaseSync(":memory:");
  /** Round trips so far, and statements in them. */
  calls = 0;
  statements = 0;
  /** Awaited before each call: a simulation's latency. */
  beforeCall: () => Promise<void> = async () => undefined;
  /** Preparing and measuring them costs more than executing them. */
  readonly #prepared = new Map<string, StatementSync>();
  readonly #texts = new Map<string, Text>();
  readonly #first = new Map<string, ReturnType<FakeD1["nextOf"]>>();
  readonly #faults: { text: string; afterwards: boolean }[] = [];

  /** With the tables of `migrations/`. */
  static migrated(): FakeD1 {
    const database = new FakeD1();
    database.migrate();
    return database;
  }

  /** For a database in which nothing stands yet; all but the first of a process are copies. */
  migrate(): void {
    if (migrated !== undefined) return this.sqlite.deserialize(migrated);
    const files = readdirSync(MIGRATIONS).filter((file) => file.endsWith(".sql"));
    for (const file of files.toSorted()) this.sqlite.exec(readFileSync(join(MIGRATIONS, file), "utf8"));
    migrated = this.sqlite.serialize();
  }

  /** The next `times` calls fail; with `afterwards` they are executed first, and only their answer is lost. */
  failNext(times: number, text: string, options: { afterwards?: boolean } = {}): void {
    for (let count = 0; count < times; count += 1) this.#faults.push({ text, afterwards: options.afterwards ?? false });
  }

  /** No more injected faults. */
  heal(): void {
    this.#faults.length = 0;
  }

  metaOf(changes: number): Answer["meta"] {
    const { sqlite } = this;
    return {
      changes,
      duration: 0,
      // Read only by who asks for it.
      get size_after() {
        const [pages] = Object.values(sqlite.prepare("PRAGMA page_count").get() ?? {});
        const [size] = Object.values(sqlite.prepare("PRAGMA page_size").get() ?? {});
        return Number(pages) * Number(size);
      },
    };
  }

  prepare(sql: string): FakeStatement {
    return new FakeStatement(this, sql, []);
  }

  async batch(statements: FakeStatement[]): Promise<Answer[]> {
    return this.call(() => {
      this.sqlite.exec("BEGIN");
      try {
        const answers = statements.map((statement) => statement.execute());
        this.sqlite.exec("COMMIT");
        return answers;
      } catch (error) {
        if (this.sqlite.isTransaction) this.sqlite.exec("ROLLBACK");
        throw error;
      }
    });
  }

  /** Rows for an assertion, past faults and limits. */
  rows(sql: string, ...params: SQLInputValue[]): Record<string, unknown>[] {
    return this.prepared(sql)
      .all(...params)
      .map((row) => ({ ...row }));
  }

  prepared(sql: string): StatementSync {
    const known = this.#prepared.get(sql) ?? this.sqlite.prepare(sql);
    this.#prepared.set(sql, known);
    return known;
  }

  /** The first statement of a text, which begins at `bare`; without one when nothing but space and comments is left. */
  nextOf(text: string): { bare: string; statement: StatementSync | undefined; answersRows: boolean } {
    const known = this.#first.get(text);
    if (known !== undefined) return known;
    const bare = text.replace(/^(?:\s|;|--[^\n]*(?:\n|$)|\/\*[\s\S]*?\*\/)+/, "");
    const statement = bare === "" ? undefined : this.prepared(bare);
    const next = { bare, statement, answersRows: statement !== undefined && statement.columns().length > 0 };
    this.#first.set(text, next);
    return next;
  }

  textOf(sql: string): Text {
    const known = this.#texts.get(sql) ?? { bytes: utf8Bytes(sql), placeholders: placeholders(sql) };
    this.#texts.set(sql, known);
    return known;
  }

  async call<T>(run: () => T): Promise<T> {
    this.calls += 1;
    await this.beforeCall();
    const fault = this.#faults.shift();
    if (fault && !fault.afterwards) throw new Error(fault.text);
    const answer = run();
    if (fault) throw new Error(fault.text);
    return answer;
  }
}

interface Text {
  readonly bytes: number;
  readonly placeholders: number;
}

class FakeStatement {
  readonly #database: FakeD1;
  readonly #sql: string;
  readonly #params: readonly unknown[];

  constructor(database: FakeD1, sql: string, params: readonly unknown[]) {
    this.#database = database;
    this.#sql = sql;
    this.#params = params;
  }

  bind(...params: unknown[]): FakeStatement {
    return new FakeStatement(this.#database, this.#sql, params.map(bindable));
  }

  async all(): Promise<Answer> {
    return this.#database.call(() => this.execute());
  }

  async run(): Promise<Answer> {
    return this.all();
  }

  async first(): Promise<Record<string, unknown> | null> {
    return (await this.all()).results[0] ?? null;
  }

  /** Synchronous, inside a call of the database. */
  execute(): Answer {
    const text = this.#database.textOf(this.#sql);
    if (text.bytes > MAX_SQL_BYTES) throw new Error("D1_ERROR: statement too long: SQLITE_TOOBIG");
    if (this.#params.length > MAX_PARAMS) throw new Error("D1_ERROR: too many SQL variables: SQLITE_ERROR");
    if (
      this.#params.some(
        (value) =>
          typeof value === "string" && value.length * 3 > MAX_VALUE_BYTES && utf8Bytes(value) > MAX_VALUE_BYTES,
      )
    ) {
      throw new Error("D1_ERROR: string or blob too big: SQLITE_TOOBIG");
    }
    if (text.placeholders !== this.#params.length) {
      throw new Error("D1_ERROR: Wrong number of parameter bindings for SQL query.");
    }
    try {
      return this.#executeAll();
    } catch (error) {
      throw asD1Error(error);
    }
  }

  #executeAll(): Answer {
    let rest = this.#sql;
    let answer: Answer | undefined;
    for (;;) {
      const { bare, statement, answersRows } = this.#database.nextOf(rest);
      if (statement === undefined) break;
      this.#database.statements += 1;
      // Every value went through `bindable`.
      const params = this.#params as SQLInputValue[];
      if (answersRows) {
        const rows = statement.all(...params);
        const changes = this.#database.prepared("SELECT changes() AS changes").get()?.["changes"];
        answer = { success: true, results: rows.map(asD1Row), meta: this.#database.metaOf(Number(changes)) };
      } else {
        const { changes } = statement.run(...params);
        answer = { success: true, results: [], meta: this.#database.metaOf(Number(changes)) };
      }
      rest = bare.slice(statement.sourceSQL.length);
    }
    if (!answer) throw new Error("No SQL statements detected.");
    return answer;
  }
}

function bindable(value: unknown): SQLInputValue {
  if (value === null || typeof value === "string" || typeof value === "number") return value;
  if (typeof value === "boolean") return value ? 1 : 0;
  if (value instanceof Uint8Array) return value;
  throw new Error(`D1_TYPE_ERROR: Type '${typeof value}' not supported for value '${String(value)}'`);
}

function asD1Row(row: Record<string, unknown>): Record<string, unknown> {
  const answered: Record<string, unknown> = {};
  for (const column in row) {
    const value = row[column];
    answered[column] = value instanceof Uint8Array ? [...value] : value;
  }
  return answered;
}

/** How many values the text wants: the highest of `?N` and of the plain `?` counted on. */
function placeholders(sql: string): number {
  const bare = sql.replaceAll(/'(?:[^']|'')*'|"(?:[^"]|"")*"|--[^\n]*|\/\*[\s\S]*?\*\//g, " ");
  let highest = 0;
  for (const [, number] of bare.matchAll(/\?(\d*)/g))
    highest = number ? Math.max(highest, Number(number)) : highest + 1;
  return highest;
}

const PRIMARY: Readonly<Record<number, string>> = { 1: "ERROR", 18: "TOOBIG", 19: "CONSTRAINT", 20: "MISMATCH" };
const EXTENDED: Readonly<Record<number, string>> = {
  275: "CHECK",
  1299: "NOTNULL",
  1555: "PRIMARYKEY",
  1811: "TRIGGER",
  2067: "UNIQUE",
};

function asD1Error(error: unknown): Error {
  if (!(error instanceof Error)) return new Error(`D1_ERROR: ${String(error)}`);
  const code: unknown = Reflect.get(error, "errcode");
  if (typeof code !== "number") return new Error(`D1_ERROR: ${error.message}`, { cause: error });
  const name = `SQLITE_${PRIMARY[code % 256] ?? "ERROR"}`;
  const extended = EXTENDED[code] === undefined ? "" : ` (extended: ${name}_${EXTENDED[code]})`;
  return new Error(`D1_ERROR: ${error.message}: ${name}${extended}`, { cause: error });
}

function utf8Bytes(text: string): number {
  return Buffer.byteLength(text, "utf8");
}
