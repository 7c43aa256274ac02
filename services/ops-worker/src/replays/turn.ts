import type { Verdict } from "#contracts/verdict";
import { letterRoutes } from "#contracts/routes/dead-letters";
import type { OpsDeps } from "../deps.ts";
import { reasonOf } from "../within.ts";
import { seeToEnded } from "./aftermath.ts";
import { ended } from "./ended.ts";
import { execute } from "./execute.ts";
import { heldUpBy } from "./gate.ts";
import type { ItemResult, JobStore } from "./job-store.ts";
import type { Bench } from "./judge.ts";
import type { ItemRow, JobRow } from "./schema.ts";
import type { ReplaySettings } from "./settings.ts";

export interface TurnPorts {
  store: JobStore;
  settings: ReplaySettings;
  deps: OpsDeps;
  /** What runs now, as far as is known for a few seconds. */
  bench: (requestId: string) => Promise<Bench>;
}

/** Letters sent when each stage is over: the first, five more, the rest. */
const STAGE_ENDS = [1, 6, Infinity] as const;
/** d1-worker takes no more letters at once. */
export const MAX_SLICE = 100;
const SLICES_PER_SECOND = 5;
const WAIT_MS = 1_000;
const MAX_TROUBLE_MS = 30_000;
/** As many letters dying for one new cause are no accident. */
const SAME_NEW_CAUSE = 3;

/**
 * The next step of the job whose turn it is. Answers when to come again (milliseconds), undefined when nothing is to
 * be done. Never throws: what does not answer is waited for.
 */
export async function takeTurn(ports: TurnPorts): Promise<number | undefined> {
  const { store, deps } = ports;
  const left = await seeToEnded(ports);
  if (left !== undefined) return left;
  const now = deps.now().getTime();
  const job = store.current();
  if (!job) return undefined;
  if (job.not_before > now) return job.not_before;
  try {
    return await step(job, ports);
  } catch (error) {
    const backoff = Math.min(MAX_TROUBLE_MS, WAIT_MS * 2 ** job.troubles);
    const waitingFor = `${reasonOf(error)}; tried again in ${backoff / 1_000} s`;
    deps.log.for(job.request_id)("warn", "replay.waiting", waitingFor, { replayId: job.id });
    const notBefore = deps.now().getTime() + backoff;
    store.move(job.seq, {
      state: "waiting",
      troubles: job.troubles + 1,
      not_before: notBefore,
      waiting_for: waitingFor,
    });
    return notBefore;
  }
}

async function step(job: JobRow, ports: TurnPorts): Promise<number> {
  const { store, settings, deps } = ports;
  const now = (): number => deps.now().getTime();
  const sent = store.sentCount(job.seq);
  const pending = store.pending(job.seq, MAX_SLICE);
  const quota = (STAGE_ENDS[job.stage] ?? Infinity) - sent;
  const resting = pending.length === 0 || quota <= 0;

  if (sent > 0 && (resting || now() - job.progress_at >= settings.progressEveryMs)) {
    const { undecided, stop } = await lookAfter(job, ports);
    if (stop !== undefined) {
      await ended(job, { state: "stopped", because: stop }, ports);
      return now();
    }
    if (resting) {
      const asked = job.asked_at ?? now();
      if (undecided > 0 && now() - asked < settings.canaryWaitMs) {
        const what =
          pending.length === 0
            ? "its last letters end"
            : sent === 1
              ? "its first letter ends"
              : "its first letters end";
        const next = now() + Math.min(settings.progressEveryMs, WAIT_MS / 2);
        store.move(job.seq, { ...working(job.stage), asked_at: asked, not_before: next, waiting_for: `how ${what}` });
        return next;
      }
    }
  }
  if (pending.length === 0) {
    await ended(job, { state: "done" }, ports);
    return now();
  }
  if (quota <= 0) {
    const stage = job.stage + 1;
    store.move(job.seq, { ...working(stage), stage, asked_at: null, not_before: 0, waiting_for: null });
    return now();
  }
  return slice(job, pending.slice(0, Math.min(quota, Math.max(1, Math.floor(job.rate / SLICES_PER_SECOND)))), ports);
}

async function slice(job: JobRow, items: readonly ItemRow[], ports: TurnPorts): Promise<number> {
  const { store, settings, deps } = ports;
  const started = deps.now().getTime();
  const held = await heldUpBy([...new Set(items.map(({ queue }) => queue))], settings, deps);
  if (held !== undefined) {
    const next = started + WAIT_MS;
    store.move(job.seq, { state: "waiting", not_before: next, waiting_for: held });
    return next;
  }
  const force = JSON.parse(job.force) as Verdict[];
  const errand = {
    id: job.id,
    requestId: job.request_id,
    by: job.by,
    reason: job.reason,
    force,
    maxTries: settings.maxTries,
    spreadMs: Math.ceil((items.length * 1_000) / job.rate),
  };
  const results = await execute(items, errand, await ports.bench(job.request_id), deps);
  store.record(job.seq, results);
  tell(job, items, results, deps);
  const done = results.filter(({ state }) => state === "sent").length;
  const again = results.find(({ state }) => state === "pending");
  const next = again ? started + WAIT_MS : started + Math.ceil((done * 1_000) / job.rate);
  store.move(job.seq, { ...working(job.stage), troubles: 0, not_before: next, waiting_for: again?.reason ?? null });
  return next;
}

/** What became of the letters that were sent, and whether that is a reason to stop. */
async function lookAfter(
  job: JobRow,
  { store, deps }: TurnPorts,
): Promise<{ undecided: number; stop?: string | undefined }> {
  const askedAt = deps.now().getTime();
  const asking = { requestId: job.request_id, params: { replayId: job.id } };
  const { statuses, diedAgain } = await deps.database.ask(letterRoutes.replayProgress, asking);
  store.progress(job.seq, { resolved: statuses.resolved ?? 0, diedAgain: statuses.open ?? 0, lost: 0 }, askedAt);
  const byCause = Map.groupBy(diedAgain, ({ fingerprint }) => fingerprint);
  const fatal = [...byCause.values()].find(
    (letters) => job.stage < 2 || letters.length >= SAME_NEW_CAUSE || letters.some(({ sameCause }) => sameCause),
  );
  const [first] = fatal ?? [];
  const how = first?.sameCause === true ? "of the same cause" : "of a new cause";
  const stop =
    first && `${fatal?.length ?? 0} of its letters died again ${how} (${first.fingerprint}): ${first.reason}`;
  return { undecided: statuses.replayed ?? 0, stop };
}

function working(stage: number): { state: "canary" | "running" } {
  return { state: stage < 2 ? "canary" : "running" };
}

function tell(job: JobRow, items: readonly ItemRow[], results: readonly ItemResult[], { log }: OpsDeps): void {
  const byPosition = new Map(items.map((item) => [item.position, item]));
  for (const { position, state, verdict, reason } of results) {
    const item = byPosition.get(position);
    if (!item) continue;
    const { id, queue } = item;
    const what = {
      sent: "was executed",
      skipped: "was not executed",
      failed: "could not be executed",
      pending: "waits",
    }[state];
    log.for(item.request_id)(
      state === "sent" ? "info" : "warn",
      `letter.${state === "sent" ? "replayed" : state}`,
      `dead letter ${id} ${what} by replay ${job.id}${verdict ? `: ${verdict}` : ""}${reason === undefined ? "" : `: ${reason}`}`,
      { replayId: job.id, queue, ...(verdict ? { verdict } : {}) },
    );
  }
}
