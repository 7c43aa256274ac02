import type { Worker } from "#contracts/ids";
import type { JudgedLetter } from "#contracts/letter-view";
import type { Assessment } from "#contracts/revival";
import { registry } from "#queues/registry";
import type { OpsDeps } from "../deps.ts";
import { healthOfAll } from "../handlers/health.ts";
import { reasonOf, within } from "../within.ts";
import { verdictOf, type Judgement } from "./verdict.ts";

export type JudgeDeps = OpsDeps;

export interface Judged extends Judgement {
  letter: JudgedLetter;
  lane?: string;
  /** The replay that its ledger executes it for. */
  revivedBy?: string;
}

type Signal = Assessment | { problem: string };
/** How many signals a ledger assesses at once. */
const AT_ONCE = 200;

/** What is asked once for many pages of letters: which ledgers there are, and what runs. */
export interface Bench {
  /** Only registered ledgers are asked: a name that nobody registered would come to life by being asked. */
  ledgers: ReadonlySet<string> | { problem: string };
  running: ReadonlyMap<Worker, string>;
  problems: string[];
}

export async function openBench(requestId: string, deps: JudgeDeps): Promise<Bench> {
  const [ledgers, healths] = await Promise.all([
    within(deps.timeoutMs, "the list of ledgers", deps.killSwitch().ledgers()).then(
      (names) => new Set(names),
      (error: unknown) => ({ problem: reasonOf(error) }),
    ),
    healthOfAll(requestId, deps),
  ]);
  const running = new Map(healths.flatMap(({ worker, version }) => (version === "unknown" ? [] : [[worker, version]])));
  const unasked = consumers
    .filter((worker) => !running.has(worker))
    .map((worker) => `${worker} did not say its version`);
  return { ledgers, running, problems: ["problem" in ledgers ? [ledgers.problem] : [], unasked].flat() };
}

const consumers = [...new Set(Object.values(registry).map(({ consumer }): Worker => consumer))];

/** A verdict for each letter, in their order. */
export async function judge(
  letters: readonly JudgedLetter[],
  bench: Bench,
  deps: JudgeDeps,
): Promise<{ judged: Judged[]; problems: string[] }> {
  const signals = new Map<string, Signal>();
  const problems: string[] = [];
  const byLedger = Map.groupBy(letters, (letter) => letter.ledger);
  await Promise.all(
    [...byLedger].map(async ([ledger, ofLedger]) => {
      if (ledger === undefined) return;
      const requestIds = [...new Set(ofLedger.map((letter) => letter.request_id))];
      try {
        for (const each of await assess(ledger, requestIds, bench, deps))
          signals.set(keyOf(ledger, each.requestId), each);
      } catch (error) {
        problems.push(`ledger ${ledger}: ${reasonOf(error)}`);
        for (const id of requestIds) signals.set(keyOf(ledger, id), { problem: reasonOf(error) });
      }
    }),
  );
  const now = deps.now();
  const judged = letters.map((letter): Judged => {
    const signal = letter.ledger === undefined ? undefined : signals.get(keyOf(letter.ledger, letter.request_id));
    const judgement = verdictOf({ letter, signal, running: bench.running, now });
    const known = signal && !("problem" in signal) ? signal : undefined;
    const lane = known?.lane ?? letter.lane ?? undefined;
    const revivedBy = known?.revivedBy;
    return {
      letter,
      ...judgement,
      ...(lane === undefined ? {} : { lane }),
      ...(revivedBy === undefined ? {} : { revivedBy }),
    };
  });
  return { judged, problems };
}

async function assess(
  ledger: string,
  requestIds: string[],
  { ledgers }: Bench,
  deps: JudgeDeps,
): Promise<Assessment[]> {
  if ("problem" in ledgers) throw new Error(ledgers.problem);
  if (!ledgers.has(ledger)) return requestIds.map(unknownSignal);
  const found: Assessment[] = [];
  for (let from = 0; from < requestIds.length; from += AT_ONCE) {
    const ask = deps.ledger(ledger).assess({ v: 1, requestIds: requestIds.slice(from, from + AT_ONCE) });
    found.push(...(await within(deps.timeoutMs, "it", ask)).letters);
  }
  return found;
}

function unknownSignal(requestId: string): Assessment {
  return { requestId, state: "unknown", uncertainLegs: [], generation: 0 };
}

function keyOf(ledger: string, requestId: string): string {
  return `${ledger} ${requestId}`;
}
