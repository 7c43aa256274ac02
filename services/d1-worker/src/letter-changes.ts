import type { LetterRef } from "#contracts/letter-view";
import type { Statement } from "./database.ts";
import { historyWith } from "./letter-history.ts";

/**
 * The changes of a letter's status that operators and successes make: each names the status that it starts
 * from, so of two that come at once one finds nothing to do, and the same one twice changes nothing. Letters are
 * found by their ids alone (a `+` keeps SQLite off the other indexes): thousands may be open.
 */

interface Act {
  at: string;
  by: string;
  reason: string;
}

const UNCHANGED = "dead_letters.id = wanted.value->>'id' AND dead_letters.parked_at = wanted.value->>'parkedAt'";

export function take(letters: readonly LetterRef[], act: Act & { replayId: string }): Statement {
  const entry = JSON.stringify({ what: "replayed", ...act });
  return {
    sql: `UPDATE dead_letters SET status = 'replayed', replay_id = ?2, history = ${historyWith("?3")}
      FROM json_each(?1) AS wanted WHERE ${UNCHANGED} AND +dead_letters.status = 'open'`,
    params: [JSON.stringify(letters), act.replayId, entry],
  };
}

export function discard(letters: readonly LetterRef[], act: Act): Statement {
  const entry = JSON.stringify({ what: "discarded", ...act });
  return {
    sql: `UPDATE dead_letters SET status = 'discarded', history = ${historyWith("?2")}
      FROM json_each(?1) AS wanted WHERE ${UNCHANGED} AND +dead_letters.status = 'open'`,
    params: [JSON.stringify(letters), entry],
  };
}

export function release(
  letters: readonly { id: string; reason: string; verdict?: string | undefined }[],
  act: Omit<Act, "reason"> & { replayId: string },
): Statement {
  const { replayId } = act;
  const entries = letters.map(({ id, ...why }) => ({ id, entry: { what: "released", ...act, ...why } }));
  return {
    sql: `UPDATE dead_letters SET status = 'open', replay_id = NULL, history = ${historyWith("wanted.value->'entry'")}
      FROM json_each(?1) AS wanted
      WHERE dead_letters.id = wanted.value->>'id' AND +dead_letters.status = 'replayed' AND +dead_letters.replay_id = ?2`,
    params: [JSON.stringify(entries), replayId],
  };
}

/** Letters that were sent before then and have had no effect since: nobody waits for them any more. */
export function reopen({ sentBefore, limit, ...act }: Act & { sentBefore: string; limit: number }): Statement {
  const entry = "json_object('what', 'released', 'at', ?2, 'by', ?3, 'reason', ?4, 'replayId', dead_letters.replay_id)";
  const sentAt = "(SELECT max(value->>'at') FROM json_each(history) WHERE value->>'what' = 'replayed')";
  return {
    sql: `UPDATE dead_letters SET status = 'open', replay_id = NULL, history = ${historyWith(entry)}
      WHERE id IN (SELECT id FROM dead_letters WHERE status = 'replayed' AND ${sentAt} < ?1 ORDER BY created_at LIMIT ?5)
      RETURNING id, queue`,
    params: [sentBefore, act.at, act.by, act.reason, limit],
  };
}

/** What has had its effect needs no replay. `generation`: only letters of an earlier life than that. */
export function resolve(
  letters: readonly { id: string; reason: string; generation?: number | undefined }[],
  at: string,
): Statement {
  const entries = letters.map(({ id, reason, generation }) => ({
    id,
    generation,
    entry: { what: "resolved", at, reason },
  }));
  return {
    sql: `UPDATE dead_letters SET status = 'resolved', resolved_at = ?2, history = ${historyWith("wanted.value->'entry'")}
      FROM json_each(?1) AS wanted
      WHERE dead_letters.id = wanted.value->>'id' AND +dead_letters.status IN ('open', 'replayed')
        AND (wanted.value->>'generation' IS NULL OR dead_letters.generation < wanted.value->>'generation')`,
    params: [JSON.stringify(entries), at],
  };
}
