import { createHash } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { dumpOf } from "../../cli/sql-dump.ts";
import { Refusal } from "./http.ts";
import { statementsOf } from "./statements.ts";

export interface Answered {
  results: Record<string, unknown>[];
  success: true;
  meta: Record<string, unknown>;
}

const MAX_PARAMS = 100;

/** A D1 database: a real SQLite, in which several statements are one transaction. */
export class FakeDatabase {
  readonly id: string;
  readonly name: string;
  readonly createdAt: Date;
  readonly #folder = mkdtempSync(join(tmpdir(), "hoox-fake-d1-"));
  readonly #snapshots = new Map<string, string>();
  /** Why no export of it succeeds. */
  exportProblem: string | undefined;
  #sqlite: DatabaseSync;
  #commits = 0;

  constructor(of: { id: string; name: string; createdAt: Date }) {
    this.id = of.id;
    this.name = of.name;
    this.createdAt = of.createdAt;
    this.#sqlite = new DatabaseSync(join(this.#folder, "database.sqlite"));
  }

  /** All of them or none; the error is worded as D1 does. */
  run(statements: readonly { sql: string; params: readonly unknown[] }[]): Answered[] {
    const single = statements.flatMap(({ sql, params }) => statementsOf(sql).map((each) => ({ sql: each, params })));
    this.#sqlite.exec("BEGIN");
    try {
      const answers = single.map((each) => this.#one(each));
      this.#sqlite.exec("COMMIT");
      if (answers.some(({ meta }) => meta["changed_db"])) this.#commits += 1;
      return answers;
    } catch (error) {
      this.#sqlite.exec("ROLLBACK");
      if (error instanceof Refusal) throw error;
      throw new Refusal(400, 7_500, `${error instanceof Error ? error.message : String(error)}: SQLITE_ERROR`);
    }
  }

  /** The same until something changes. */
  bookmark(): string {
    const bookmark = this.#bookmarkName();
    if (!this.#snapshots.has(bookmark)) {
      const file = join(this.#folder, `${this.#snapshots.size}.sqlite`);
      this.#sqlite.exec(`VACUUM INTO '${file}'`);
      this.#snapshots.set(bookmark, file);
    }
    return bookmark;
  }

  restore(bookmark: string): { bookmark: string; previous_bookmark: string; message: string } {
    const file = this.#snapshots.get(bookmark);
    if (file === undefined) throw new Refusal(400, 7_500, `Invalid bookmark: ${bookmark}`);
    const previous = this.bookmark();
    const copy = join(this.#folder, `restored-${this.#commits}.sqlite`);
    const source = new DatabaseSync(file);
    source.exec(`VACUUM INTO '${copy}'`);
    source.close();
    this.#sqlite.close();
    this.#sqlite = new DatabaseSync(copy);
    this.#commits += 1;
    return { bookmark: this.bookmark(), previous_bookmark: previous, message: `restored to ${bookmark}` };
  }

  dump(): string {
    return dumpOf(this.#sqlite);
  }

  get tableCount(): number {
    const row = this.#sqlite.prepare("SELECT count(*) AS n FROM sqlite_master WHERE type = 'table'").get();
    return Number(row?.["n"] ?? 0);
  }

  close(): void {
    this.#sqlite.close();
    rmSync(this.#folder, { recursive: true, force: true });
  }

  #one({ sql, params }: { sql: string; params: readonly unknown[] }): Answered {
    if (/^\s*(?:begin|commit|rollback|savepoint)\b/i.test(sql)) {
      const instead = "please use the state.storage.transaction() or state.storage.transactionSync() APIs instead";
      throw new Refusal(
        400,
        7_500,
        `To execute a transaction, ${instead} of the SQL BEGIN TRANSACTION or SAVEPOINT statements: SQLITE_AUTH`,
      );
    }
    if (params.length > MAX_PARAMS) throw new Refusal(400, 7_500, "too many SQL variables: SQLITE_ERROR");
    const started = performance.now();
    const before = this.#changes();
    const results = this.#sqlite.prepare(sql).all(...params.map(bound));
    const { changes, rowid } = this.#changes();
    const written = changes - before.changes;
    const changed = written > 0 || /^\s*(?:create|drop|alter|pragma\s+\w+\s*=)/i.test(sql);
    const duration = performance.now() - started;
    return {
      // node:sqlite's rows have no prototype.
      results: results.map((row) => ({ ...row })),
      success: true,
      meta: {
        served_by: "v3-fake",
        served_by_region: "WEUR",
        served_by_primary: true,
        timings: { sql_duration_ms: duration },
        duration,
        changes: written,
        last_row_id: rowid,
        changed_db: changed,
        size_after: 8_192,
        rows_read: results.length,
        rows_written: written,
        total_attempts: 1,
      },
    };
  }

  #changes(): { changes: number; rowid: number } {
    const row = this.#sqlite.prepare("SELECT total_changes() AS changes, last_insert_rowid() AS rowid").get();
    return { changes: Number(row?.["changes"] ?? 0), rowid: Number(row?.["rowid"] ?? 0) };
  }

  #bookmarkName(): string {
    const hex = this.#commits.toString(16).padStart(8, "0");
    const hash = createHash("md5").update(`${this.id}/${hex}`).digest("hex");
    return `${hex}-00000000-0000502b-${hash}`;
  }
}

function bound(value: unknown): string | number | bigint | null {
  if (value === null || typeof value === "string" || typeof value === "number" || typeof value === "bigint")
    return value;
  if (typeof value === "boolean") return value ? 1 : 0;
  return JSON.stringify(value);
}
