import type { Forcible } from "#contracts/dead-letter";
import type { Verdict } from "#contracts/verdict";
import { endedReplayStates, type LetterSelection, type PlannedLetter, type VerdictCounts } from "#contracts/replay";
import type { Sql } from "#runtime/sql";
import { migrate, type ItemRow, type JobRow } from "./schema.ts";

export interface NewJob {
  id: string;
  requestId: string;
  rate: number;
  force: readonly Forcible[];
  reason: string;
  by: string;
  selection: LetterSelection;
  planHash: string;
  cutoff: Date;
  letters: readonly PlannedLetter[];
}

export interface RememberedPlan {
  plannedAt: Date;
  selection: LetterSelection;
  summary: VerdictCounts;
}

/** What became of one letter. `pending`: not done, and tried again. */
export interface ItemResult {
  position: number;
  state: "pending" | "sent" | "skipped" | "failed";
  verdict?: Verdict | undefined;
  reason?: string | undefined;
}

/** States in which a job has its turn. */
const ACTIVE = "('canary', 'running', 'waiting')";
const ENDED = `(${endedReplayStates.map((state) => `'${state}'`).join(", ")})`;
const MAX_PLANS = 200;
const KEEP_MS = 90 * 24 * 3_600_000;
/** Rows in one statement: a value may have 2 MB. */
const CHUNK = 1_000;

export type JobStore = ReturnType<typeof createJobStore>;

/** All that replays remember. Every method is one commit. */
export function createJobStore(sql: Sql, now: () => Date) {
  migrate(sql);
  const at = (): number => now().getTime();

  return {
    rememberPlan(hash: string, { plannedAt, selection, summary }: RememberedPlan): void {
      sql.transaction(() => {
        sql.exec(
          `INSERT INTO plans (hash, planned_at, selection, summary) VALUES (?, ?, ?, ?)
           ON CONFLICT (hash) DO UPDATE SET planned_at = excluded.planned_at, selection = excluded.selection`,
          hash,
          plannedAt.getTime(),
          JSON.stringify(selection),
          JSON.stringify(summary),
        );
        sql.exec(
          `DELETE FROM plans WHERE hash IN (SELECT hash FROM plans ORDER BY planned_at DESC LIMIT -1 OFFSET ?)`,
          MAX_PLANS,
        );
      });
    },

    plan(hash: string): RememberedPlan | undefined {
      const [row] = sql.exec<{ planned_at: number; selection: string; summary: string }>(
        `SELECT * FROM plans WHERE hash = ?`,
        hash,
      );
      // Written by rememberPlan alone.
      return (
        row && {
          plannedAt: new Date(row.planned_at),
          selection: JSON.parse(row.selection) as LetterSelection,
          summary: JSON.parse(row.summary) as VerdictCounts,
        }
      );
    },

    /** The job of that id that there was already, or a new one. Letters that the plan excludes are skipped at once. */
    create(job: NewJob): void {
      sql.transaction(() => {
        if (sql.exec(`SELECT 1 FROM jobs WHERE id = ?`, job.id).length > 0) return;
        const old = at() - KEEP_MS;
        sql.exec(`DELETE FROM items WHERE job IN (SELECT seq FROM jobs WHERE state IN ${ENDED} AND ended_at < ?)`, old);
        sql.exec(`DELETE FROM jobs WHERE state IN ${ENDED} AND ended_at < ?`, old);
        const [row] = sql.exec<{ seq: number }>(
          `INSERT INTO jobs (id, request_id, state, rate, force, reason, by, selection, plan_hash, created_at, cutoff)
           VALUES (?, ?, 'queued', ?, ?, ?, ?, ?, ?, ?, ?) RETURNING seq`,
          job.id,
          job.requestId,
          job.rate,
          JSON.stringify(job.force),
          job.reason,
          job.by,
          JSON.stringify(job.selection),
          job.planHash,
          at(),
          job.cutoff.getTime(),
        );
        insertItems(row?.seq ?? 0, job);
      });
    },

    byId: (id: string): JobRow | undefined => sql.exec<JobRow>(`SELECT * FROM jobs WHERE id = ?`, id)[0],

    latest: (limit: number): JobRow[] => sql.exec<JobRow>(`SELECT * FROM jobs ORDER BY seq DESC LIMIT ?`, limit),

    /** The job whose turn it is: the one that runs, else the oldest that waits for it. */
    current(): JobRow | undefined {
      return sql.transaction(() => {
        const [running] = sql.exec<JobRow>(`SELECT * FROM jobs WHERE state IN ${ACTIVE} ORDER BY seq LIMIT 1`);
        if (running) return running;
        return sql.exec<JobRow>(
          `UPDATE jobs SET started_at = coalesce(started_at, ?), state = CASE WHEN stage < 2 THEN 'canary' ELSE 'running' END
           WHERE seq = (SELECT min(seq) FROM jobs WHERE state = 'queued') RETURNING *`,
          at(),
        )[0];
      });
    },

    /** Id of the job that `job` is queued behind. */
    before: (job: JobRow): string | undefined =>
      sql.exec<{ id: string }>(
        `SELECT id FROM jobs WHERE state IN ${ACTIVE} OR (state = 'queued' AND seq < ?) ORDER BY seq DESC LIMIT 1`,
        job.seq,
      )[0]?.id,

    /** A job that ended before its last letter, and may still hold some that it had taken. */
    untidied: (): JobRow | undefined =>
      sql.exec<JobRow>(
        `SELECT * FROM jobs WHERE state IN ('cancelled', 'stopped') AND tidied = 0 ORDER BY seq LIMIT 1`,
      )[0],

    tidied: (seq: number): void => void sql.exec(`UPDATE jobs SET tidied = 1 WHERE seq = ?`, seq),

    /** An ended job, not looked at since then, that does not know what became of all its letters. */
    unsettled: (lookedBefore: number): JobRow | undefined =>
      sql.exec<JobRow>(
        `SELECT * FROM jobs WHERE state IN ${ENDED} AND progress_at < ?1 AND resolved + died_again + lost <
           (SELECT count(*) FROM items WHERE job = jobs.seq AND items.state = 'sent') ORDER BY seq LIMIT 1`,
        lookedBefore,
      )[0],

    /** Moves a job that has its turn; one that was paused or cancelled meanwhile stays as it is. */
    move(
      seq: number,
      to: Partial<
        Pick<JobRow, "state" | "stage" | "asked_at" | "not_before" | "troubles" | "waiting_for" | "stopped_because">
      >,
    ): void {
      const names = Object.keys(to);
      const ended = to.state !== undefined && endedReplayStates.some((state) => state === to.state);
      sql.exec(
        `UPDATE jobs SET ${names.map((name) => `${name} = ?`).join(", ")}${ended ? ", ended_at = ?" : ""}
         WHERE seq = ? AND state IN ${ACTIVE}`,
        ...Object.values(to),
        ...(ended ? [at()] : []),
        seq,
      );
    },

    /** An operator's word. True when it changed something. */
    order(seq: number, to: "paused" | "queued" | "cancelled"): boolean {
      const from = {
        paused: `('queued', 'canary', 'running', 'waiting')`,
        queued: `('paused')`,
        cancelled: `('queued', 'canary', 'running', 'waiting', 'paused')`,
      }[to];
      const changed = sql.exec(
        `UPDATE jobs SET state = ?, waiting_for = NULL, asked_at = NULL, not_before = 0, ended_at = ? WHERE seq = ? AND state IN ${from} RETURNING seq`,
        to,
        to === "cancelled" ? at() : null,
        seq,
      );
      return changed.length > 0;
    },

    /** `askedAt`: what was learnt later stays. */
    progress(
      seq: number,
      { resolved, diedAgain, lost }: { resolved: number; diedAgain: number; lost: number },
      askedAt: number,
    ): void {
      const values = [resolved, diedAgain, lost, at(), seq, askedAt];
      sql.exec(
        `UPDATE jobs SET resolved = ?, died_again = ?, lost = ?, progress_at = ? WHERE seq = ? AND progress_at <= ?`,
        ...values,
      );
    },

    pending: (seq: number, limit: number): ItemRow[] =>
      sql.exec<ItemRow>(
        `SELECT * FROM items WHERE job = ? AND state = 'pending' ORDER BY position LIMIT ?`,
        seq,
        limit,
      ),

    items: (
      seq: number,
      { after, limit, state }: { after: number; limit: number; state?: string | undefined },
    ): ItemRow[] =>
      sql.exec<ItemRow>(
        `SELECT * FROM items WHERE job = ?1 AND position > ?2 AND (?3 IS NULL OR state = ?3) ORDER BY position LIMIT ?4`,
        seq,
        after,
        state ?? null,
        limit,
      ),

    record(seq: number, results: readonly ItemResult[]): void {
      sql.transaction(() => {
        for (const { position, state, verdict, reason } of results) {
          sql.exec(
            `UPDATE items SET state = ?, verdict = ?, reason = ?, at = ?, tries = tries + 1
             WHERE job = ? AND position = ? AND state = 'pending'`,
            state,
            verdict ?? null,
            reason ?? null,
            at(),
            seq,
            position,
          );
        }
      });
    },

    /** How many letters stand where; skipped ones by verdict. */
    counts: (seq: number): { state: string; verdict: Verdict | null; count: number }[] =>
      sql.exec(`SELECT state, verdict, count(*) AS count FROM items WHERE job = ? GROUP BY state, verdict`, seq),

    sentCount: (seq: number): number =>
      sql.exec<{ count: number }>(`SELECT count(*) AS count FROM items WHERE job = ? AND state = 'sent'`, seq)[0]
        ?.count ?? 0,
  };

  function insertItems(seq: number, { letters, force }: NewJob): void {
    const wanted: readonly string[] = ["SAFE", ...force];
    const rows = letters.map(({ id, parkedAt, requestId, queue, fingerprint, lane, verdict, reason }, index) => {
      const skipped = !wanted.includes(verdict);
      return {
        position: index + 1,
        id,
        parkedAt,
        requestId,
        queue,
        fingerprint,
        lane,
        ...(skipped ? { state: "skipped", verdict, reason, at: at() } : { state: "pending" }),
      };
    });
    const columns = [
      "position",
      "id",
      "parkedAt",
      "requestId",
      "queue",
      "fingerprint",
      "lane",
      "state",
      "verdict",
      "reason",
      "at",
    ];
    for (let from = 0; from < rows.length; from += CHUNK) {
      sql.exec(
        `INSERT INTO items (job, position, id, parked_at, request_id, queue, fingerprint, lane, state, verdict, reason, at)
         SELECT ?, ${columns.map((column) => `value->>'${column}'`).join(", ")} FROM json_each(?)`,
        seq,
        JSON.stringify(rows.slice(from, from + CHUNK)),
      );
    }
  }
}
