import {
  countVerdicts,
  MAX_PLANNED,
  type LetterSelection,
  type PlannedLetter,
  type ReplayPlan,
} from "#contracts/replay";
import { letterRoutes } from "#contracts/routes/dead-letters";
import { HttpError } from "#runtime/http-error";
import { sha256 } from "#runtime/internal-auth";
import { judge, openBench, type Judged, type JudgeDeps } from "./judge.ts";

/** Letters that d1-worker judges at once. */
const PAGE = 200;

/**
 * A verdict for each letter that was parked before `cutoff`. Throws 400 for a selection that says nothing or too much.
 */
export async function makePlan(
  selection: LetterSelection,
  { requestId, cutoff }: { requestId: string; cutoff: Date },
  deps: JudgeDeps,
): Promise<ReplayPlan> {
  const { all: _all, ...given } = selectionOf(selection);
  const until = [cutoff.toISOString(), ...(given.until === undefined ? [] : [given.until])].toSorted()[0];
  // Named letters get an answer whatever became of them; a filter means those that wait.
  const status = given.status ?? (given.ids ? undefined : ("open" as const));
  const filters = { ...given, until, ...(status === undefined ? {} : { status }) };
  const letters: PlannedLetter[] = [];
  const bench = await openBench(requestId, deps);
  const problems = new Set(bench.problems);
  let cursor: string | undefined;
  do {
    const body = { filters, limit: PAGE, ...(cursor === undefined ? {} : { cursor }) };
    const page = await deps.database.ask(letterRoutes.judgeLetters, { requestId, body });
    if (page.total > MAX_PLANNED) throw tooMany(page.total);
    const { judged, problems: unasked } = await judge(page.letters, bench, deps);
    letters.push(...judged.map(plannedLetter));
    for (const problem of unasked) problems.add(problem);
    cursor = page.next;
  } while (cursor !== undefined);
  const known = new Set(letters.map(({ id }) => id));
  for (const id of given.ids ?? []) if (!known.has(id)) problems.add(`no dead letter has the id ${id}`);
  return {
    hash: await hashOf(letters),
    plannedAt: cutoff.toISOString(),
    letters,
    summary: countVerdicts(letters),
    ...(problems.size === 0 ? {} : { problems: [...problems] }),
  };
}

/** Throws 400 unless it says which letters, or that all are meant. */
export function selectionOf(selection: LetterSelection): LetterSelection {
  const { all, ...filters } = selection;
  if (all === true || Object.values(filters).some((value) => value !== undefined)) return selection;
  throw new HttpError(400, "no_filter", "neither ids nor a filter were given", {
    hint: "name letters or filters; for every open letter say all: true (--all)",
  });
}

/** Equal for equal letters in equal lives with equal verdicts, in whatever order they were read. */
export async function hashOf(
  letters: readonly Pick<PlannedLetter, "id" | "parkedAt" | "generation" | "verdict">[],
): Promise<string> {
  const lines = letters.map(({ id, parkedAt, generation, verdict }) =>
    JSON.stringify([id, parkedAt, generation, verdict]),
  );
  const digest = await sha256(lines.toSorted().join("\n"));
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

function plannedLetter({ letter, verdict, reason, hint, lane }: Judged): PlannedLetter {
  return {
    id: letter.id,
    requestId: letter.request_id,
    queue: letter.queue,
    ...(letter.type === null ? {} : { type: letter.type }),
    class: letter.class,
    fingerprint: letter.fingerprint,
    ...(lane === undefined ? {} : { lane }),
    createdAt: letter.created_at,
    parkedAt: letter.parked_at,
    generation: letter.generation,
    verdict,
    reason,
    ...(hint === undefined ? {} : { hint }),
  };
}

export function tooMany(total: number): HttpError {
  return new HttpError(400, "too_many_letters", `${total} letters fit; ${MAX_PLANNED} can be planned at once`, {
    hint: "narrow the filters, with since and until for example",
  });
}
