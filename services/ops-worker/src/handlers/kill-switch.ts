import {
  KILL_SWITCH_KEYS,
  type KillSwitchMode,
  type KillSwitchState,
  type setKillSwitch as request,
} from "#contracts/kill-switch";
import type * as z from "zod";
import { HttpError } from "#runtime/http-error";
import { announce } from "../announce.ts";
import type { OpsDeps } from "../deps.ts";
import { inFlight, type InFlight } from "../in-flight.ts";
import type { OpsHandlers } from "../call.ts";
import { viewKillSwitch } from "../kill-switch.ts";
import { askLedgers } from "../ledgers.ts";
import { reasonOf, within } from "../within.ts";

/** When a change is not made; see the contract. */
type Condition = Pick<z.infer<typeof request>, "ifChangedAt" | "neverMilder">;
type Reply = Awaited<ReturnType<OpsHandlers["killSwitch"]>>;

const BY = "operator";
const LINGERS = "KV was cleared; it may still say stop in some places for up to 60 s or a little more";

export const showKillSwitch: OpsHandlers["killSwitch"] = async (_call, deps) => {
  const [view, sent] = await Promise.all([viewKillSwitch(deps), inFlight(deps)]);
  return replyOf(view, { inFlight: sent.legs, cancelling: 0, notes: sent.problems });
};

export const setKillSwitch: OpsHandlers["setKillSwitch"] = ({ requestId, body }, deps) => {
  const { ifChangedAt, ...change } = body;
  return switchTo({ requestId, by: BY, ...change }, deps, { ifChangedAt, orRefuse: true });
};

/** The Durable Object decides; all that follows reports, and what fails of it becomes a note. */
export async function switchTo(
  change: { requestId: string; by: string; mode: KillSwitchMode; reason: string; cancelEntries: boolean },
  deps: OpsDeps,
  { orRefuse = false, ...condition }: Condition & { orRefuse?: boolean } = {},
): Promise<Reply> {
  const { requestId, by, mode, reason, cancelEntries } = change;
  if (mode === "off" && cancelEntries) {
    throw new HttpError(400, "invalid_body", "cancelEntries goes only with mode entries or all");
  }
  const stands = await setMode({ mode, reason, by, ...condition }, deps);
  const kept = stands.mode !== mode;
  const line = kept
    ? `kill switch stays ${stands.mode}: ${by} asked for ${mode}`
    : `kill switch set to ${mode} by ${by}`;
  deps.log.for(requestId)("warn", kept ? "kill-switch.kept" : "kill-switch.set", `${line}: ${reason}`, { mode });
  if (kept && orRefuse)
    throw new HttpError(409, "kill_switch_changed", keptWords(stands), {
      hint: "look at it, then decide again: npx hoox kill-switch show",
    });
  const [cleared, cancelled, sent, announced] = await Promise.all([
    mode === "off" && !kept ? clearKv(deps) : [],
    cancelEntries
      ? askLedgers(deps, (ledger) => ledger.cancelEntries({ v: 1, reason }))
      : { answers: [], problems: [] },
    inFlight(deps),
    kept ? [keptWords(stands)] : announce({ requestId, mode, reason, by }, deps),
  ]);
  const cancelling = cancelled.answers.reduce((sum, each) => sum + each.answer.cancelling, 0);
  const notes = [...cleared, ...cancelled.problems, ...sent.problems, ...announced];
  return replyOf(await viewKillSwitch(deps), { inFlight: sent.legs, cancelling, notes });
}

/** Twice on fresh stubs: setting is idempotent, and a Durable Object may just have moved. */
async function setMode(change: Omit<z.infer<typeof request>, "v">, deps: OpsDeps): Promise<KillSwitchState> {
  const set = async (): Promise<KillSwitchState> =>
    within(deps.timeoutMs, "the kill switch", deps.killSwitch().set({ v: 1, ...change }));
  try {
    return await set().catch(set);
  } catch (error) {
    const message = `the kill switch did not confirm that it is ${change.mode}: ${reasonOf(error)}`;
    const hint = `run: npx hoox kill-switch show; to stop anyway, put "all" into the KV key ${KILL_SWITCH_KEYS[0]}`;
    throw new HttpError(503, "kill_switch_unreachable", message, { hint, cause: error });
  }
}

function keptWords({ mode, by, reason }: KillSwitchState): string {
  return `${by} has set the kill switch to ${mode} meanwhile (${reason}), and that stays`;
}

function replyOf(
  { problems, ...view }: Awaited<ReturnType<typeof viewKillSwitch>>,
  of: { inFlight: InFlight; cancelling: number; notes: readonly string[] },
): Reply {
  const { notes, ...rest } = of;
  const all = [...new Set([...notes, ...problems])];
  const unread = problems.length === 0 ? {} : { unread: problems };
  return { ...view, ...unread, ...rest, ...(all.length === 0 ? {} : { note: all.join("; ") }) };
}

async function clearKv(deps: OpsDeps): Promise<string[]> {
  const problems = await Promise.all(
    KILL_SWITCH_KEYS.map((key) =>
      within(deps.timeoutMs, "KV", deps.config.delete(key)).then(
        () => [],
        (error: unknown) => [`the KV key ${key} could not be cleared and may still say stop: ${reasonOf(error)}`],
      ),
    ),
  );
  const failed = problems.flat();
  return failed.length === KILL_SWITCH_KEYS.length ? failed : [LINGERS, ...failed];
}
