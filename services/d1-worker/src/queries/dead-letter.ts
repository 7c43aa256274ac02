import type * as z from "zod";
import type { letterRoutes } from "#contracts/routes/dead-letters";
import { HttpError } from "#runtime/http-error";
import type { Deps } from "../ports.ts";
import { readHistory } from "../letter-history.ts";
import { LETTER_COLUMNS, LETTERS, LOG_COLUMNS, toDeadLetterRow, toLogRow } from "./row.ts";

type Reply = z.infer<(typeof letterRoutes.deadLetter)["reply"]>;

/** Enough to see what the request was at when its consumer died. */
const STORY_LINES = 20;

/** One letter with the message as it stood on its queue, and with its story when nobody could say why it died. */
export async function readDeadLetter(id: string, deps: Pick<Deps, "database">): Promise<Reply> {
  const [letters, lines] = await deps.database.batch([
    {
      sql: `SELECT ${LETTER_COLUMNS}, dead_letters.history, dead_letters.body FROM ${LETTERS} WHERE dead_letters.id = ?`,
      params: [id],
    },
    {
      sql: `SELECT ${LOG_COLUMNS} FROM system_logs
        WHERE request_id = (SELECT request_id FROM dead_letters WHERE id = ?1 AND class = 'unexplained')
          AND created_at <= (SELECT parked_at FROM dead_letters WHERE id = ?1)
        ORDER BY created_at DESC, cursor DESC LIMIT ${STORY_LINES}`,
      params: [id],
    },
  ]);
  const [row] = letters ?? [];
  if (!row) {
    throw new HttpError(404, "dead_letter_unknown", `no dead letter has the id ${id}`, {
      hint: "run: npx hoox dlq list",
    });
  }
  const body: unknown = JSON.parse(String(row["body"]));
  const letter = { deadLetter: toDeadLetterRow(row), body, history: readHistory(row) };
  if (letter.deadLetter.class !== "unexplained") return letter;
  return { ...letter, story: (lines ?? []).map(toLogRow).toReversed() };
}
