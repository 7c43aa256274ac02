import type * as z from "zod";
import { letterStatus } from "#contracts/replay";
import type { letterRoutes } from "#contracts/routes/dead-letters";
import type { DatabaseRow } from "../database.ts";
import { readHistory } from "../letter-history.ts";
import type { Deps } from "../ports.ts";
import { toDeadLetterRow, LETTER_COLUMNS, LETTERS } from "./row.ts";

type Reply = z.infer<(typeof letterRoutes.replayProgress)["reply"]>;

const DIED = "WHERE dead_letters.replay_id = ? AND dead_letters.status = 'open'";

/** Where the letters that a replay took stand now, and which of them died again. */
export async function replayProgress(replayId: string, { database }: Pick<Deps, "database">): Promise<Reply> {
  const [counts, died] = await database.batch([
    {
      sql: "SELECT status, count(*) AS count FROM dead_letters WHERE replay_id = ? GROUP BY status",
      params: [replayId],
    },
    {
      sql: `SELECT ${LETTER_COLUMNS}, dead_letters.history FROM ${LETTERS} ${DIED}
        ORDER BY dead_letters.parked_at DESC, dead_letters.id LIMIT 100`,
      params: [replayId],
    },
  ]);
  const statuses: Reply["statuses"] = {};
  for (const { status, count } of counts ?? []) statuses[letterStatus.parse(status)] = Number(count);
  return { statuses, diedAgain: (died ?? []).map(toDiedAgain) };
}

function toDiedAgain(row: DatabaseRow): Reply["diedAgain"][number] {
  const { id, parked_at, fingerprint, error, reason } = toDeadLetterRow(row);
  const history = readHistory(row);
  const replayed = history.findLastIndex((entry) => entry.what === "replayed");
  const before = history.slice(0, replayed).findLast((entry) => entry.what === "parked");
  return { id, parkedAt: parked_at, fingerprint, sameCause: before?.fingerprint === fingerprint, error, reason };
}
