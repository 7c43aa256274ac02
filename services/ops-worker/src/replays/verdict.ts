import { verdicts, type Verdict } from "#contracts/verdict";
import type { Worker } from "#contracts/ids";
import type { JudgedLetter } from "#contracts/letter-view";
import type { Assessment } from "#contracts/revival";
import { isQueueName, registry } from "#queues/registry";

export interface Evidence {
  letter: JudgedLetter;
  /** What its ledger says; absent for letters that are about no signal. */
  signal?: Assessment | { problem: string } | undefined;
  /** The version that each Worker runs, as far as it could be asked. */
  running: ReadonlyMap<Worker, string>;
  now: Date;
}

export interface Judgement {
  verdict: Verdict;
  /** Why, as a sentence. */
  reason: string;
  /** What would make it another verdict. */
  hint?: string;
  /** It is of somebody who did not answer, and may be another one in a moment. */
  passing?: true;
}
type Found = Omit<Judgement, "verdict"> | undefined;

/** Failures that come again as long as the same code runs. */
const DETERMINISTIC: readonly JudgedLetter["class"][] = ["permanent", "bug", "no_handler", "undecodable"];

/** What a replay of the letter would come to. */
export function verdictOf(evidence: Evidence): Judgement {
  for (const verdict of verdicts) {
    const found = looks[verdict](evidence);
    if (found) return { verdict, ...found };
  }
  return { verdict: "SAFE", ...looks.SAFE() };
}

/** How each verdict is found; `verdicts` says in which order. */
const looks = {
  MALFORMED({ letter, signal }: Evidence): Found {
    if (letter.unreadable !== undefined)
      return { reason: `No contract of ${letter.queue} reads it: ${letter.unreadable}.` };
    if (letter.queue !== "trade-signals") return undefined;
    if (letter.ledger === undefined) return { reason: "It names no ledger." };
    const unknown = signal !== undefined && !("problem" in signal) && signal.state === "unknown";
    return unknown
      ? { reason: `Ledger ${letter.ledger} never accepted this signal, and what was not accepted never trades.` }
      : undefined;
  },

  DUPLICATE({ letter, signal }: Evidence): Found {
    if (letter.status === "discarded") return { reason: "An operator discarded it." };
    if (letter.status === "replayed") return { reason: `Replay ${letter.replay_id ?? ""} has sent it.` };
    if (letter.status === "resolved") return { reason: `Its effect was seen at ${letter.resolved_at ?? ""}.` };
    if (letter.effective === true) return { reason: "Its effect stands in the database." };
    if (!signal || "problem" in signal || signal.state === "parked") return undefined;
    if (signal.state === "ended") return { reason: `The signal has ended: ${signal.outcome ?? "discarded"}.` };
    return signal.uncertainLegs.length > 0 ? undefined : { reason: "Its ledger is working on the signal." };
  },

  UNCERTAIN({ letter, signal }: Evidence): Found {
    if (!signal) return undefined;
    if ("problem" in signal) {
      const reason = `Its ledger could not be asked: ${signal.problem}.`;
      return { reason, hint: "run: npx hoox check health", passing: true };
    }
    if (signal.uncertainLegs.length === 0) return undefined;
    const legs = signal.uncertainLegs.join(", ");
    return {
      reason: `An order of it (leg ${legs}) may have reached the venue.`,
      hint: `look at the venue, then run: npx hoox lanes resolve ${letter.request_id}`,
    };
  },

  NEEDS_FIX(evidence: Evidence): Found {
    const { letter, running } = evidence;
    if (!DETERMINISTIC.includes(letter.class)) return undefined;
    const failed = failedIn(evidence);
    const unchanged = failed.every(({ worker, version }) => (running.get(worker) ?? version) === version);
    if (failed.length === 0 || !unchanged) return undefined;
    const names = failed.map(({ worker }) => worker).join(" or ");
    const versions = failed.map(({ worker, version }) => `${worker} ${version}`).join(" and ");
    const unasked = failed.filter(({ worker }) => !running.has(worker)).map(({ worker }) => worker);
    return {
      reason:
        unasked.length === 0
          ? `It would fail again: it failed in ${versions}, and nothing newer runs.`
          : `It failed in ${versions}, and ${unasked.join(" and ")} did not say what runs now.`,
      hint: `deploy a ${names} that mends it, or force NEEDS_FIX`,
    };
  },

  SUPERSEDED({ signal }: Evidence): Found {
    if (!signal || "problem" in signal || signal.supersededBy === undefined) return undefined;
    return {
      reason: `A newer signal of its lane has settled: ${signal.supersededBy}.`,
      hint: `see it: npx hoox trace ${signal.supersededBy}; or force SUPERSEDED`,
    };
  },

  STALE({ signal, now }: Evidence): Found {
    if (!signal || "problem" in signal || signal.validUntil === undefined || signal.validUntil > now) return undefined;
    return { reason: `It was valid until ${signal.validUntil.toISOString()}.`, hint: "force STALE" };
  },

  SAFE: () => ({ reason: "Nothing speaks against it." }),
} satisfies Record<Verdict, (evidence: Evidence) => Found>;

/** Whose code failed, in which version. A new version of any of them may have mended it. */
function failedIn({ letter, signal }: Evidence): { worker: Worker; version: string }[] {
  if (letter.queue !== "trade-signals" || letter.parked_by !== "ledger-worker") {
    const worker = isQueueName(letter.queue) ? registry[letter.queue].consumer : undefined;
    return worker === undefined ? [] : [{ worker, version: letter.worker_version }];
  }
  const trader = signal && !("problem" in signal) ? signal.parkedVersion : undefined;
  return [
    ...(trader === undefined ? [] : [{ worker: "trade-worker" as const, version: trader }]),
    { worker: "ledger-worker", version: letter.worker_version },
  ];
}
