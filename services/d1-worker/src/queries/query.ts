import type * as z from "zod";
import type { databaseRoutes } from "#contracts/routes/database";
import type { Row } from "#contracts/routes/route";
import { HttpError } from "#runtime/http-error";
import { MIGRATE_HINT, isSchemaMissing, rowsOf, type DatabaseRow } from "../database.ts";
import type { Deps } from "../ports.ts";
import { readingStatement, type ReadingStatement } from "../read-only.ts";
import { toRow } from "./row.ts";

type Query = typeof databaseRoutes.query;

const MAX_ROWS = 1_000;

/** Runs one reading statement of an operator; answers at most 1,000 rows and says when there are more. */
export async function runQuery(
  body: z.infer<Query["body"]>,
  deps: Pick<Deps, "database">,
): Promise<z.infer<Query["reply"]>> {
  const statement = readingStatement(body.sql);
  const found = await rowsOf(deps.database, sqlOf(statement)).catch((thrown: unknown) => {
    throw refusalOf(thrown);
  });
  const rows: Row[] = found.slice(0, MAX_ROWS).map((row: DatabaseRow) => toRow(row));
  return found.length > MAX_ROWS ? { rows, truncated: true } : { rows };
}

/** Only what reads can stand in a subquery: the second net under the tokenizer, and the cap on the rows. */
function sqlOf({ sql, explain }: ReadingStatement): string {
  return explain ? sql : `SELECT * FROM (\n${sql}\n) LIMIT ${MAX_ROWS + 1}`;
}

function refusalOf(thrown: unknown): unknown {
  if (!(thrown instanceof Error)) return thrown;
  // What SQLite says of the text itself; anything else is the database's own trouble.
  if (isSchemaMissing(thrown))
    return new HttpError(400, "sql_error", thrown.message, { hint: MIGRATE_HINT, cause: thrown });
  if (/SQLITE_(?:ERROR|AUTH|TOOBIG|MISMATCH)|Wrong number of parameter|No SQL statements/.test(thrown.message)) {
    return new HttpError(400, "sql_error", thrown.message, { cause: thrown });
  }
  return thrown;
}
