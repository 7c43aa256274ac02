import type { Verdict } from "#contracts/verdict";
import { letterRoutes, type TakenLetter } from "#contracts/routes/dead-letters";
import type { Packed } from "#queues/producer";
import { isQueueName } from "#queues/registry";
import type { OpsDeps } from "../deps.ts";
import { reasonOf, within } from "../within.ts";
import type { ItemResult } from "./job-store.ts";
import { judge, type Bench, type Judged } from "./judge.ts";
import type { ItemRow } from "./schema.ts";

/** A job as its letters see it. */
export interface Errand {
  id: string;
  requestId: string;
  by: string;
  reason: string;
  force: readonly Verdict[];
  maxTries: number;
  /** Signals are orders: they are revived one by one within so long, so that live ones find their turn between them. */
  spreadMs: number;
}

type Taken = Extract<TakenLetter, { status: "taken" }>;
type Outcome = Omit<ItemResult, "position">;

/**
 * Executes these letters and says what became of each. Every step may be done again after a crash: a letter that
 * this replay has taken is taken by asking again, a signal is revived once per replay, and a message that goes out
 * twice is recognised by its id. Throws when d1-worker does not answer; then nothing is lost by asking again.
 */
export async function execute(
  items: readonly ItemRow[],
  errand: Errand,
  bench: Bench,
  deps: OpsDeps,
): Promise<ItemResult[]> {
  const ids = items.map(({ id }) => id);
  const body = { filters: { ids }, limit: Math.max(1, ids.length) };
  const { letters } = await deps.database.ask(letterRoutes.judgeLetters, { requestId: errand.requestId, body });
  const { judged } = await judge(letters, bench, deps);
  const byId = new Map(judged.map((each) => [each.letter.id, each]));
  const outcomes = new Map<string, Outcome>();
  const wanted = items.filter(({ id, tries }) => {
    const decided = withoutTaking(byId.get(id), errand);
    if (decided) outcomes.set(id, given(decided, tries, errand));
    return decided === undefined;
  });
  if (wanted.length > 0) {
    const refs = wanted.map(({ id, parked_at }) => ({ id, parkedAt: parked_at }));
    const { id: replayId, by, reason, requestId } = errand;
    const taking = deps.database.ask(letterRoutes.takeLetters, {
      requestId,
      body: { replayId, by, reason, letters: refs },
    });
    const taken = (await taking).letters;
    for (const each of taken)
      if (each.status !== "taken") outcomes.set(each.id, await notTaken(each, byId.get(each.id), errand, deps));
    const acted = await act(
      taken.filter((each): each is Taken => each.status === "taken"),
      byId,
      errand,
      deps,
    );
    const tries = new Map(items.map((item) => [item.id, item.tries]));
    const settled = [...acted].map(([id, outcome]): [string, Outcome] => [
      id,
      given(outcome, tries.get(id) ?? 0, errand),
    ]);
    await release(settled, errand, deps);
    for (const [id, outcome] of settled) outcomes.set(id, outcome);
  }
  // One that waits behind another of its lane has not been tried.
  return items.flatMap(({ id, position }) => {
    const outcome = outcomes.get(id);
    return outcome ? [{ position, ...outcome }] : [];
  });
}

/** What became of a letter that is not to be executed, judged now; what this replay has already taken goes on. */
function withoutTaking(judged: Judged | undefined, { id, force }: Errand): Outcome | undefined {
  if (!judged) return { state: "failed", reason: "There is no such dead letter any more." };
  if (judged.letter.replay_id === id) return undefined;
  // The ledger's answer was lost, the letter given up and open again, and we died before we wrote that down.
  if (judged.revivedBy === id) return { state: "sent" };
  const { verdict, reason, passing } = judged;
  if (passing) return { state: "pending", reason };
  return verdict === "SAFE" || force.includes(verdict) ? undefined : { state: "skipped", verdict, reason };
}

async function notTaken(
  letter: Exclude<TakenLetter, Taken>,
  judged: Judged | undefined,
  errand: Errand,
  deps: OpsDeps,
): Promise<Outcome> {
  if (letter.status === "unknown") return { state: "failed", reason: "There is no such dead letter any more." };
  const { status, replay_id } = letter.now;
  // An earlier try of ours took it, and the letter has gone on since. Of a signal, its ledger knows through whom.
  if (replay_id === errand.id) {
    const { ledger, request_id: requestId, generation } = judged?.letter ?? {};
    if (ledger === undefined || requestId === undefined || generation === undefined) return { state: "sent" };
    return revive({ requestId, generation }, ledger, errand, deps);
  }
  if (status === "open")
    return { state: "skipped", reason: "It was parked again since this replay began: plan again." };
  const reason = status === "discarded" ? "An operator discarded it." : `Replay ${replay_id ?? ""} was faster.`;
  return { state: "skipped", verdict: "DUPLICATE", reason };
}

/** All other messages to the queue that they came from, and signals through their ledger, in order within a lane. */
async function act(
  taken: readonly Taken[],
  judged: ReadonlyMap<string, Judged>,
  errand: Errand,
  deps: OpsDeps,
): Promise<Map<string, Outcome>> {
  const outcomes = new Map<string, Outcome>();
  const ledgerOf = (letter: Taken): string | undefined => judged.get(letter.id)?.letter.ledger;
  const signals = taken.filter((letter) => ledgerOf(letter) !== undefined);
  const began = deps.now().getTime();
  const turns = new Map(
    signals.map(({ id }, index) => [id, new Date(began + (errand.spreadMs * (index + 1)) / (signals.length + 1))]),
  );
  const lanes = Map.groupBy(signals, (letter) => judged.get(letter.id)?.lane ?? letter.requestId);
  const reviving = [...lanes.values()].map(async (letters) => {
    for (const letter of letters) {
      await deps.pauseUntil(turns.get(letter.id) ?? deps.now());
      const outcome = await revive(letter, ledgerOf(letter) ?? "", errand, deps);
      outcomes.set(letter.id, outcome);
      // Those behind it would overtake it.
      if (outcome.state === "pending") break;
    }
  });
  const messages = taken.filter((letter) => ledgerOf(letter) === undefined);
  await Promise.all([...reviving, sendAgain(messages, outcomes, errand, deps)]);
  return outcomes;
}

async function revive(
  letter: Pick<Taken, "requestId" | "generation">,
  ledger: string,
  errand: Errand,
  deps: OpsDeps,
): Promise<Outcome> {
  const { id: replayId, by, reason } = errand;
  const force = (["STALE", "SUPERSEDED"] as const).filter((verdict) => errand.force.includes(verdict));
  const { requestId, generation } = letter;
  try {
    const asking = deps.ledger(ledger).revive({ v: 1, requestId, replayId, generation, force, reason, by });
    const reply = await within(deps.timeoutMs, `ledger ${ledger}`, asking);
    if (reply.status === "revived") return { state: "sent" };
    if (reply.status === "refused") return { state: "skipped", verdict: reply.verdict, reason: reply.reason };
    return { state: "failed", reason: `Ledger ${ledger} never accepted this signal.` };
  } catch (error) {
    return { state: "pending", reason: reasonOf(error) };
  }
}

async function sendAgain(
  letters: readonly Taken[],
  outcomes: Map<string, Outcome>,
  { id: replayId }: Errand,
  { producer, timeoutMs }: OpsDeps,
): Promise<void> {
  const packed: Packed[] = [];
  const sending: Taken[] = [];
  for (const letter of letters) {
    const { queue, body, generation } = letter;
    try {
      if (!isQueueName(queue)) throw new Error(`there is no queue ${queue}`);
      packed.push(producer.packAgain(queue, body, { generation: generation + 1, replayId }));
      sending.push(letter);
    } catch (error) {
      outcomes.set(letter.id, { state: "failed", reason: reasonOf(error) });
    }
  }
  const sent = packed.length === 0 ? undefined : within(timeoutMs, "its queue", producer.sendPacked(packed));
  const error = await sent?.then(() => undefined, reasonOf);
  for (const { id } of sending)
    outcomes.set(id, error === undefined ? { state: "sent" } : { state: "pending", reason: error });
}

/** Tried too often, it is given up. */
function given(outcome: Outcome, tries: number, { maxTries }: Errand): Outcome {
  const up = outcome.state === "pending" && tries + 1 >= maxTries;
  return up ? { state: "failed", reason: `Given up after ${maxTries} tries: ${outcome.reason ?? ""}` } : outcome;
}

/** What was taken and not executed is open again. */
async function release(settled: readonly [string, Outcome][], errand: Errand, deps: OpsDeps): Promise<void> {
  const letters = settled.flatMap(([id, { state, reason = "", verdict }]) =>
    state === "skipped" || state === "failed"
      ? [{ id, reason: reason.slice(0, 500) || state, ...(verdict ? { verdict } : {}) }]
      : [],
  );
  if (letters.length === 0) return;
  const { id: replayId, by, requestId } = errand;
  await deps.database.ask(letterRoutes.releaseLetters, { requestId, body: { by, replayId, letters } });
}
