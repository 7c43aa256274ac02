import { PermanentError, RetryLater } from "#queues/errors";

export type Value = string | number | null;

/** Constant SQL with its bound values; D1 takes at most 100 of them. */
export interface Statement {
  readonly sql: string;
  readonly params: readonly Value[];
}

/** A row as D1 answers it; a BLOB comes as an array of bytes. */
export type DatabaseRow = Readonly<Record<string, unknown>>;

export interface Database {
  /** Runs the statements as one transaction in one round trip; the answer has the rows of each. */
  batch(statements: readonly Statement[]): Promise<readonly (readonly DatabaseRow[])[]>;
  /** As D1 said it with its last answer here; undefined before that. */
  sizeBytes(): number | undefined;
}

/** The part of D1's binding that is used. */
export interface D1Binding {
  prepare(sql: string): D1Prepared;
  batch(statements: D1Prepared[]): Promise<{ results?: unknown[]; meta?: { size_after?: number } }[]>;
}
interface D1Prepared {
  bind(...values: unknown[]): D1Prepared;
}

export function databaseOver(d1: D1Binding): Database {
  let last: { size_after?: number } | undefined;
  return {
    async batch(statements) {
      const prepared = statements.map(({ sql, params }) => d1.prepare(sql).bind(...params));
      const answers = await d1.batch(prepared);
      last = answers.at(-1)?.meta;
      // D1 answers one array of plain objects per statement.
      return answers.map((answer) => (answer.results ?? []) as DatabaseRow[]);
    },
    sizeBytes: () => last?.size_after,
  };
}

/** Rows of one reading statement. */
export async function rowsOf(database: Database, sql: string, ...params: Value[]): Promise<readonly DatabaseRow[]> {
  return (await database.batch([{ sql, params }]))[0] ?? [];
}

export const MIGRATE_HINT = "run: npx hoox db migrate (add --remote for the deployed database)";

/** `no such table: x` and the like: the migrations are behind the code. */
export function isSchemaMissing(error: Error): boolean {
  return /no such (?:table|column)|has no column named/i.test(error.message);
}

/** D1 refused this very row, and always will. The extended text is D1's: `… SQLITE_CONSTRAINT (extended: …)`. */
function isRowRefused(error: Error): boolean {
  return /SQLITE_(?:CONSTRAINT|TOOBIG|MISMATCH)|constraint failed|string or blob too big|malformed JSON|D1_TYPE_ERROR/i.test(
    error.message,
  );
}

/** Texts of D1's guide to retryable errors and of its limits page; a later attempt may succeed. */
export function isTransient(error: Error): boolean {
  return /overloaded|queued|network connection lost|\breset\b|transient|time[d-]? ?out|internal error|cannot resolve|database is locked|memory limit/i.test(
    error.message,
  );
}

/**
 * What a failed write means for its messages: `everyone` fails alike (the database is away or behind), or
 * `one` of them is to blame and must be found.
 */
export function verdictOf(thrown: unknown): { to: "everyone" | "one"; error: Error } {
  const error = thrown instanceof Error ? thrown : new Error(String(thrown));
  if (error instanceof PermanentError || error instanceof RetryLater) return { to: "one", error };
  if (isSchemaMissing(error)) {
    return { to: "everyone", error: new Error(`${error.message}; ${MIGRATE_HINT}`, { cause: error }) };
  }
  if (isRowRefused(error)) {
    return { to: "one", error: new PermanentError("row_refused", error.message, { cause: error }) };
  }
  return { to: isTransient(error) ? "everyone" : "one", error };
}

/**
 * Writes all items as one transaction. When the database refuses it, halves the items until those to blame
 * stand alone, so that a poisoned one never holds up its neighbours. One entry per item, in order:
 * undefined when written. Safe to repeat when the statements are.
 */
export async function writeAll<Item>(
  database: Database,
  items: readonly Item[],
  statementsOf: (items: readonly Item[]) => readonly Statement[],
): Promise<(Error | undefined)[]> {
  if (items.length === 0) return [];
  try {
    await database.batch(statementsOf(items));
    return items.map(() => undefined);
  } catch (thrown) {
    const verdict = verdictOf(thrown);
    if (verdict.to === "everyone" || items.length === 1) return items.map(() => verdict.error);
    const middle = Math.ceil(items.length / 2);
    return [
      ...(await writeAll(database, items.slice(0, middle), statementsOf)),
      ...(await writeAll(database, items.slice(middle), statementsOf)),
    ];
  }
}
