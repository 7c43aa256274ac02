import {
  countVerdicts,
  type LetterSelection,
  type ReplayJob,
  type ReplayPlan,
  type VerdictCounts,
} from "#contracts/replay";
import { HttpError } from "#runtime/http-error";
import { audit } from "../announce.ts";
import type { Call, OpsHandlers } from "../call.ts";
import type { opsRoutes } from "#contracts/routes/ops";
import type { OpsDeps } from "../deps.ts";
import { makePlan } from "../replays/plan.ts";
import type { RememberedPlan } from "../replays/job-store.ts";
import { reasonOf, within } from "../within.ts";

const BY = "operator";
const NO_REASON = "no reason given";

export const planReplay: OpsHandlers["planReplay"] = async ({ requestId, body }, deps) => {
  const plannedAt = deps.now();
  const plan = await makePlan(body, { requestId, cutoff: plannedAt }, deps);
  const { hash, summary } = plan;
  await asked(deps.replays().rememberPlan({ v: 1, hash, plan: { plannedAt, selection: body, summary } }), deps);
  return plan;
};

export const createReplay: OpsHandlers["createReplay"] = async ({ requestId, body }, deps) => {
  const { id = crypto.randomUUID(), planHash, rate, force, reason, ...given } = body;
  if (force.length > 0 && reason === undefined) {
    throw new HttpError(400, "reason_missing", `forcing ${force.join(" and ")} needs a reason`, {
      hint: "say why: reason (--reason)",
    });
  }
  const before = await asked(deps.replays().show({ v: 1, id, after: 0, limit: 0 }), deps);
  if (before) return { replay: before.replay };
  const planned = planHash === undefined ? undefined : await asked(deps.replays().plan({ v: 1, hash: planHash }), deps);
  const selection = isEmpty(given) && planHash !== undefined ? selectionOfPlan(planned, planHash) : given;
  const cutoff = planned?.plannedAt ?? deps.now();
  const plan = await makePlan(selection, { requestId, cutoff }, deps);
  if (planHash !== undefined && plan.hash !== planHash) throw changed(plan, planned);
  const wanted: readonly string[] = ["SAFE", ...force];
  if (!plan.letters.some(({ verdict }) => wanted.includes(verdict))) throw nothingToDo(plan);
  const { letters, hash } = plan;
  const job = {
    id,
    requestId,
    rate,
    force,
    reason: reason ?? NO_REASON,
    by: BY,
    selection,
    planHash: hash,
    cutoff,
    letters,
  };
  const replay = await asked(deps.replays().create({ v: 1, job }), deps);
  const { total, pending } = replay.counts;
  const forced = force.length === 0 ? "" : `, forcing ${force.join(", ")}`;
  return changedReply(
    replay,
    { requestId, verb: "create", reason: `${job.reason} (${pending} of ${total} letters${forced})` },
    deps,
  );
};

export const listReplays: OpsHandlers["replays"] = async ({ query }, deps) => ({
  replays: await asked(deps.replays().list({ v: 1, limit: query.limit }), deps),
});

export const showReplay: OpsHandlers["replay"] = async ({ params, query }, deps) => {
  const id = params["id"] ?? "";
  const shown = await asked(deps.replays().show({ v: 1, id, ...query }), deps);
  if (!shown) throw noSuch(id);
  return shown;
};

export const pauseReplay: OpsHandlers["pauseReplay"] = async (call, deps) =>
  change(call, { verb: "pause", to: "paused" }, deps);
export const resumeReplay: OpsHandlers["resumeReplay"] = async (call, deps) =>
  change(call, { verb: "resume", to: "queued" }, deps);
export const cancelReplay: OpsHandlers["cancelReplay"] = async (call, deps) =>
  change(call, { verb: "cancel", to: "cancelled" }, deps);

type Verb = "create" | "pause" | "resume" | "cancel";

async function change(
  { requestId, params, body }: Call<(typeof opsRoutes)["pauseReplay"]>,
  { verb, to }: { verb: Verb; to: "paused" | "queued" | "cancelled" },
  deps: OpsDeps,
): Promise<{ replay: ReplayJob; note?: string }> {
  const id = params["id"] ?? "";
  const reply = await asked(deps.replays().change({ v: 1, id, to }), deps);
  if (reply.status === "unknown") throw noSuch(id);
  const { replay } = reply;
  if (reply.status === "ended") {
    throw new HttpError(409, "replay_ended", `replay ${id} is ${replay.state} since ${replay.endedAt ?? ""}`, {
      hint: "what it left can be planned and replayed again",
    });
  }
  if (reply.status === "unchanged") return { replay };
  const { sent, pending } = replay.counts;
  return changedReply(
    replay,
    { requestId, verb, reason: `${body.reason ?? NO_REASON} (${sent} executed, ${pending} to go)` },
    deps,
  );
}

async function changedReply(
  replay: ReplayJob,
  { requestId, verb, reason }: { requestId: string; verb: Verb; reason: string },
  deps: OpsDeps,
): Promise<{ replay: ReplayJob; note?: string }> {
  const written = { actor: BY, action: `replay.${verb}`, target: replay.id, reason };
  deps.log.for(requestId)("warn", `replay.${verb}`, `${verb} of replay ${replay.id}: ${reason}`, {
    replayId: replay.id,
  });
  const notes = await audit(written, { requestId, causedBy: requestId, key: `replay.${verb}` }, deps);
  return { replay, ...(notes.length === 0 ? {} : { note: notes.join("; ") }) };
}

async function asked<T>(asking: Promise<T>, deps: OpsDeps): Promise<T> {
  return within(deps.timeoutMs, "it", asking).catch((error: unknown) => {
    throw new HttpError(503, "replays_unreachable", `the replay jobs did not answer: ${reasonOf(error)}`, {
      hint: "see whether it arrived: npx hoox dlq replay status",
      cause: error,
    });
  });
}

function isEmpty(selection: LetterSelection): boolean {
  return Object.values(selection).every((value) => value === undefined);
}

function selectionOfPlan(plan: RememberedPlan | undefined, hash: string): LetterSelection {
  if (plan) return plan.selection;
  throw new HttpError(404, "plan_unknown", `no plan has the hash ${hash}`, { hint: "plan again: npx hoox dlq plan" });
}

function changed(now: ReplayPlan, before: RememberedPlan | undefined): HttpError {
  const words = before ? difference(before.summary, now.summary) : "its letters or their verdicts are others";
  return new HttpError(409, "plan_changed", `the plan no longer holds: ${words}`, {
    hint: "plan again: npx hoox dlq plan",
  });
}

/** `SAFE 12 → 10, STALE 0 → 2`. */
function difference(before: VerdictCounts, now: VerdictCounts): string {
  const verdicts = [...new Set([...Object.keys(before), ...Object.keys(now)])] as (keyof VerdictCounts)[];
  const moved = verdicts.filter((verdict) => before[verdict] !== now[verdict]);
  if (moved.length === 0) return "as many letters of each verdict, but others, or in another life";
  return moved.map((verdict) => `${verdict} ${before[verdict] ?? 0} → ${now[verdict] ?? 0}`).join(", ");
}

function nothingToDo({ letters }: ReplayPlan): HttpError {
  const summary = Object.entries(countVerdicts(letters))
    .map(([verdict, count]) => `${count} ${verdict}`)
    .join(", ");
  const message = letters.length === 0 ? "no open letter fits" : `none of the letters may be replayed: ${summary}`;
  return new HttpError(409, "nothing_to_replay", message, { hint: "see why: npx hoox dlq plan" });
}

function noSuch(id: string): HttpError {
  return new HttpError(404, "replay_unknown", `there is no replay ${id}`, { hint: "run: npx hoox dlq replay status" });
}
