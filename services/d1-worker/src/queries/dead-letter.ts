import type * as z from "zod";
import type { letterRoutes } from "#contracts/routes/dead-letters";
import { HttpError } from "#runtime/http-error";
import { rowsOf } from "../database.ts";
import type { Deps } from "../ports.ts";
import { readHistory } from "../letter-history.ts";
import { LETTER_COLUMNS, LETTERS, toDeadLetterRow } from "./row.ts";

type Reply = z.infer<(typeof letterRoutes.deadLetter)["reply"]>;

/** One letter with the message as it stood on its queue. */
export async function readDeadLetter(id: string, deps: Pick<Deps, "database">): Promise<Reply> {
  const sql = `SELECT ${LETTER_COLUMNS}, dead_letters.history, dead_letters.body FROM ${LETTERS} WHERE dead_letters.id = ?`;
  const [row] = await rowsOf(deps.database, sql, id);
  if (!row) {
    throw new HttpError(404, "dead_letter_unknown", `no dead letter has the id ${id}`, {
      hint: "run: npx hoox dlq list",
    });
  }
  const body: unknown = JSON.parse(String(row["body"]));
  return { deadLetter: toDeadLetterRow(row), body, history: readHistory(row) };
}
