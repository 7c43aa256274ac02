import type * as z from "zod";
import { letterNow, type LetterNow } from "#contracts/letter-view";
import type { letterRoutes, TakenLetter } from "#contracts/routes/dead-letters";
import type { DatabaseRow, Statement } from "../database.ts";
import { discard, release, reopen, take } from "../letter-changes.ts";
import type { Deps } from "../ports.ts";

type Routes = typeof letterRoutes;
type Body<Name extends keyof Routes> = z.infer<Routes[Name]["body"]>;
type Reply<Name extends keyof Routes> = z.infer<Routes[Name]["reply"]>;

/** One commit that makes open letters a replay's; the same replay may ask again and hears the same. */
export async function takeLetters(
  { letters, ...act }: Body<"takeLetters">,
  deps: Pick<Deps, "database" | "now">,
): Promise<Reply<"takeLetters">> {
  const at = deps.now().toISOString();
  const rows = await change(take(letters, { at, ...act }), letters, deps);
  return { letters: letters.map(({ id }) => takenBy(act.replayId, id, rows.get(id))) };
}

function takenBy(replayId: string, id: string, row: DatabaseRow | undefined): TakenLetter {
  if (!row) return { status: "unknown", id };
  const now = letterNow.parse(row);
  if (now.status !== "replayed" || now.replay_id !== replayId) return { status: "changed", id, now };
  const body: unknown = JSON.parse(String(row["body"]));
  const type = row["type"] === null ? null : String(row["type"]);
  const { generation } = now;
  return {
    status: "taken",
    id,
    requestId: String(row["request_id"]),
    queue: String(row["queue"]),
    type,
    generation,
    body,
  };
}

export async function releaseLetters(
  { letters, ...act }: Body<"releaseLetters">,
  deps: Pick<Deps, "database" | "now">,
): Promise<Reply<"releaseLetters">> {
  const rows = await change(release(letters, { at: deps.now().toISOString(), ...act }), letters, deps);
  const isReleased = (id: string): boolean => {
    const row = rows.get(id);
    return row?.["status"] === "open" && row["replay_id"] === null && row["last_released"] === act.replayId;
  };
  return { released: letters.map(({ id }) => id).filter(isReleased) };
}

export async function discardLetters(
  { letters, ...act }: Body<"discardLetters">,
  deps: Pick<Deps, "database" | "now">,
): Promise<Reply<"discardLetters">> {
  const rows = await change(discard(letters, { at: deps.now().toISOString(), ...act }), letters, deps);
  const discarded: string[] = [];
  const changed: { id: string; now?: LetterNow }[] = [];
  for (const { id } of letters) {
    const row = rows.get(id);
    if (row?.["status"] === "discarded") discarded.push(id);
    else changed.push(row ? { id, now: letterNow.parse(row) } : { id });
  }
  return { discarded, changed };
}

const REOPENED_AT_ONCE = 500;

export async function reopenLetters(
  body: Body<"reopenLetters">,
  { database, now }: Pick<Deps, "database" | "now">,
): Promise<Reply<"reopenLetters">> {
  const [rows = []] = await database.batch([reopen({ ...body, at: now().toISOString(), limit: REOPENED_AT_ONCE })]);
  return { reopened: rows.map(({ id, queue }) => ({ id: String(id), queue: String(queue) })) };
}

/** Runs the change and answers how the letters stand after it, by id, in one transaction. */
async function change(
  statement: Statement,
  letters: readonly { id: string }[],
  { database }: Pick<Deps, "database">,
): Promise<Map<string, DatabaseRow>> {
  const [, rows] = await database.batch([
    statement,
    {
      sql: `SELECT id, request_id, queue, type, generation, status, parked_at, replay_id, body,
          CASE history->'$[#-1]'->>'what' WHEN 'released' THEN history->'$[#-1]'->>'replayId' END AS last_released
        FROM dead_letters WHERE id IN (SELECT value FROM json_each(?))`,
      params: [JSON.stringify(letters.map(({ id }) => id))],
    },
  ]);
  return new Map((rows ?? []).map((row) => [String(row["id"]), row]));
}
