import type { JudgedLetter } from "#contracts/letter-view";
import { letterRoutes } from "#contracts/routes/dead-letters";
import { MAX_PLANNED } from "#contracts/replay";
import { audit } from "../announce.ts";
import type { OpsHandlers } from "../call.ts";
import type { OpsDeps } from "../deps.ts";
import { openBench, type Bench } from "../replays/judge.ts";
import { selectionOf, tooMany } from "../replays/plan.ts";
import { reasonOf, within } from "../within.ts";

const BY = "operator";
/** d1-worker discards no more at once. */
const AT_ONCE = 100;
const MAX_ROUNDS = 20;

/** Nothing more will come of these letters; a signal's ledger forgets what it kept for a replay. */
export const discardLetters: OpsHandlers["discardLetters"] = async ({ requestId, body }, deps) => {
  const { reason, ...given } = body;
  const { all: _all, ...filters } = selectionOf(given);
  const letters = await openLetters({ ...filters, status: "open" }, requestId, deps);
  const bench = await openBench(requestId, deps);
  let discarded = 0;
  const problems = new Set<string>();
  for (let from = 0; from < letters.length; from += AT_ONCE) {
    const chunk = letters.slice(from, from + AT_ONCE);
    const refs = await Promise.all(chunk.map((letter) => giveUp(letter, { reason, bench, problems }, deps)));
    const wanted = refs.flatMap((ref) => (ref ? [ref] : []));
    if (wanted.length === 0) continue;
    const act = { by: BY, reason, letters: wanted };
    discarded += (await deps.database.ask(letterRoutes.discardLetters, { requestId, body: act })).discarded.length;
  }
  if (discarded > 0) {
    const change = { actor: BY, action: "dead-letters.discard", target: `${discarded} letters`, reason };
    deps.log.for(requestId)("warn", "letters.discarded", `${discarded} dead letters discarded: ${reason}`, {
      discarded,
    });
    for (const each of await audit(change, { requestId, causedBy: requestId, key: "discard" }, deps))
      problems.add(each);
  }
  const note = [...problems].join("; ");
  return { discarded, kept: letters.length - discarded, ...(note === "" ? {} : { note }) };
};

/** Brings back what was stored in the archive while the database was down. */
export const restoreLetters: OpsHandlers["restoreLetters"] = async ({ requestId, body }, deps) => {
  let restored = 0;
  let remaining = 0;
  const notes = new Set<string>();
  for (let round = 0; round < MAX_ROUNDS; round += 1) {
    const reply = await deps.database.ask(letterRoutes.restoreLetters, {
      requestId,
      body: { limit: 200 },
      timeoutMs: 25_000,
    });
    restored += reply.restored;
    remaining = reply.remaining;
    for (const { object, problem } of reply.kept) notes.add(`${object}: ${problem}`);
    if (reply.restored === 0 || remaining === 0) break;
  }
  if (restored > 0) {
    const reason = body.reason ?? "no reason given";
    const change = { actor: BY, action: "dead-letters.restore", target: `${restored} letters`, reason };
    deps.log.for(requestId)("warn", "letters.restored", `${restored} dead letters brought back from the archive`, {
      restored,
    });
    for (const each of await audit(change, { requestId, causedBy: requestId, key: "restore" }, deps)) notes.add(each);
  }
  return { restored, remaining, ...(notes.size === 0 ? {} : { note: [...notes].join("; ") }) };
};

async function openLetters(
  filters: Parameters<typeof selectionOf>[0],
  requestId: string,
  deps: OpsDeps,
): Promise<JudgedLetter[]> {
  const letters: JudgedLetter[] = [];
  let cursor: string | undefined;
  do {
    const body = { filters, limit: 200, ...(cursor === undefined ? {} : { cursor }) };
    const page = await deps.database.ask(letterRoutes.judgeLetters, { requestId, body });
    if (page.total > MAX_PLANNED) throw tooMany(page.total);
    letters.push(...page.letters);
    cursor = page.next;
  } while (cursor !== undefined);
  return letters;
}

/** The letter, once its ledger has given the signal up or has nothing to give up; undefined when it did not answer. */
async function giveUp(
  letter: JudgedLetter,
  { reason, bench, problems }: { reason: string; bench: Bench; problems: Set<string> },
  deps: OpsDeps,
): Promise<{ id: string; parkedAt: string } | undefined> {
  const { id, parked_at: parkedAt, ledger, generation, request_id: requestId } = letter;
  const ref = { id, parkedAt };
  if (ledger === undefined) return ref;
  try {
    if ("problem" in bench.ledgers) throw new Error(bench.ledgers.problem);
    // A refusal says that it is not parked any more: then only the letter is left.
    if (bench.ledgers.has(ledger))
      await within(
        deps.timeoutMs,
        `ledger ${ledger}`,
        deps.ledger(ledger).discard({ v: 1, requestId, generation, reason, by: BY }),
      );
    return ref;
  } catch (error) {
    problems.add(reasonOf(error));
    return undefined;
  }
}
