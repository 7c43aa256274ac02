import { claimNotifications } from "../queries/claim.ts";
import type { Deps } from "../ports.ts";
import { movePart, PART_ROWS } from "./move.ts";
import { beginOf, hourOf, sources, type Hour, type Source } from "./sources.ts";
import { tellOfArchive } from "./tell.ts";

type Needs = Pick<Deps, "database" | "archive" | "producer" | "log" | "now" | "retention">;

const DAY_MS = 86_400_000;
/** A run ends after so many parts, 320,000 rows: D1 takes 1,000 statements of an invocation, and a part needs up to nine. */
const MOST_PARTS = 80;
const CLAIMS_KEPT_MS = 7 * DAY_MS;

/**
 * The hourly cron, for the time `at`: whole hours that are older than their retention move from the database to the
 * archive. May be cut short anywhere and run again; the same cron twice is once. Kinds take turns, a part each, and one
 * that fails stops only those that take from its tables: the chat hears of it once a day. Answers how many rows were moved.
 */
export async function archiveOld(at: Date, deps: Needs, of: { parts?: number; rows?: number } = {}): Promise<number> {
  const { granted } = await claimNotifications({ ids: [`archive/${at.toISOString()}`] }, deps);
  if (granted.length === 0) return 0;
  let underway = sources.map((kinds) => new Moves(kinds, at, deps, of.rows));
  let moved = 0;
  for (let parts = of.parts ?? MOST_PARTS; parts > 0 && underway.length > 0;) {
    for (const moves of underway.slice(0, parts)) moved += await moves.step();
    parts -= underway.length;
    underway = underway.filter(({ isOver }) => !isOver);
  }
  for (const { kind } of underway) await tellOfArchive({ kind, what: "behind" }, at, deps);
  await deps.database.batch([
    {
      sql: "DELETE FROM notification_claims WHERE created_at < ?",
      params: [new Date(at.getTime() - CLAIMS_KEPT_MS).toISOString()],
    },
  ]);
  if (moved > 0) deps.log("info", "archive.moved", `${moved} rows moved to the archive`, { rows: moved });
  return moved;
}

/** What moves in one run of kinds that come one after the other. */
class Moves {
  readonly #kinds: Source[];
  readonly #at: Date;
  readonly #deps: Needs;
  readonly #rows: number | undefined;
  readonly #finished = new Set<string>();

  constructor(kinds: readonly Source[], at: Date, deps: Needs, rows?: number) {
    this.#kinds = [...kinds];
    this.#at = at;
    this.#deps = deps;
    this.#rows = rows;
  }

  get isOver(): boolean {
    return this.#kinds.length === 0;
  }

  /** The one whose turn it is. */
  get kind(): Source["kind"] {
    const [source] = this.#kinds;
    if (source === undefined) throw new Error("nothing is left to move");
    return source.kind;
  }

  /** Moves one part, and answers of how many rows. When it fails, the kinds behind wait for the next run, too. */
  async step(): Promise<number> {
    const [source] = this.#kinds;
    if (source === undefined) return 0;
    try {
      const hour = await this.#oldest(source);
      const rows = hour === undefined ? undefined : await this.#move(source, hour);
      if (rows === undefined) this.#kinds.shift();
      return rows ?? 0;
    } catch (error) {
      this.#kinds.length = 0;
      await tellOfArchive({ kind: source.kind, what: "failed", why: String(error) }, this.#at, this.#deps);
      return 0;
    }
  }

  async #oldest({ keeps, oldest }: Source): Promise<Hour | undefined> {
    const { retention, database } = this.#deps;
    // Only hours that are wholly past: their rows come no more.
    const cutoff = beginOf(hourOf(new Date(this.#at.getTime() - retention[keeps] * DAY_MS)));
    return oldest(cutoff, database);
  }

  /** Undefined: nothing of this hour can be moved, so asking for the oldest again would find it again. */
  async #move(source: Source, hour: Hour): Promise<number | undefined> {
    const { database, log, now } = this.#deps;
    const rows = await movePart(source, hour, this.#finished, this.#deps, this.#rows ?? source.partRows ?? PART_ROWS);
    if (rows > 0) log("debug", "archive.part", `${rows} rows of ${hour} moved to the archive of ${source.kind}`);
    else if (source.done) await database.batch([source.done(hour, now())]);
    else return undefined;
    return rows;
  }
}
