import { CliError } from "../cli/errors.ts";
import { AccountError } from "../cloudflare/errors.ts";
import { redact } from "#queues/redact";
import type { Finding, Mend, Unseen } from "./check.ts";
import { diagnose, type Diagnosis } from "./diagnose.ts";
import type { Hands } from "./hands.ts";
import type { View } from "./views.ts";
import { lookAt } from "./world/look.ts";

/** One thing that was done, whatever came of it. */
export interface Step {
  plan: string;
  status: "done" | "failed" | "in doubt";
  problem?: string;
}

export interface Repaired {
  /**
   * `nothing to mend`: all was looked at and well. `not verified`: what was done may have helped, nobody could look
   * to the end. `needs a person`: no command mends what is left.
   */
  result: "nothing to mend" | "planned" | "mended" | "not mended" | "needs a person" | "not verified";
  /** What would be done; only where nothing was. */
  plan: string[];
  steps: Step[];
  left: (Finding & { check: string })[];
  unseen: (Unseen & { check: string })[];
}

/** Mending one thing can show another; one that comes back after so many rounds is not mended by this. */
const ROUNDS = 3;

/**
 * Looks, asks with `goOn` before anything is changed, mends, and looks again: only what is seen to be well is mended.
 * `ready` throws when nothing may be changed any more: a question may stand on the terminal for long.
 */
export async function repair(
  hands: Hands,
  view: View,
  of: {
    before?: readonly Mend[];
    after?: readonly Mend[];
    ready?: () => Promise<void>;
    goOn: (plan: readonly string[], of: { first: boolean }) => Promise<boolean>;
    tell: (line: string) => void;
  },
): Promise<Repaired> {
  const steps: Step[] = [];
  const tried = new Set<string>();
  for (let round = 1; ; round += 1) {
    const seen = await diagnose(lookAt(hands.context, hands.place), view);
    const mends = stepsFor(seen, round === 1 ? of : {}).filter(({ plan }) => !tried.has(plan));
    if (mends.length === 0 || round > ROUNDS) return ended(seen, steps);
    const plan = mends.map((each) => each.plan);
    const first = steps.length === 0;
    if (!(await of.goOn(plan, { first })))
      return first ? { ...ended(seen, steps), result: "planned", plan } : ended(seen, steps);
    if (first) await of.ready?.();
    for (const mend of mends) {
      tried.add(mend.plan);
      of.tell(mend.plan);
      steps.push(await attempt(mend, hands));
    }
  }
}

/** Several findings may be mended by one step. */
function stepsFor(
  { findings }: Diagnosis,
  { before = [], after = [] }: { before?: readonly Mend[]; after?: readonly Mend[] },
): Mend[] {
  const mends = [...before, ...findings.flatMap(({ mend }) => mend ?? []), ...after];
  return mends.filter(({ plan }, index) => mends.findIndex((each) => each.plan === plan) === index);
}

/** One that fails keeps no other from being tried; what came of it is looked at afterwards. */
async function attempt({ plan, do: act }: Mend, hands: Hands): Promise<Step> {
  try {
    await act(hands);
    return { plan, status: "done" };
  } catch (error) {
    if (!(error instanceof CliError)) throw error;
    const inDoubt = error instanceof AccountError && error.inDoubt;
    const problem = redact([error.message, error.hint].filter(Boolean).join("; "));
    return { plan, status: inDoubt ? "in doubt" : "failed", problem };
  }
}

function ended({ findings, unseen }: Diagnosis, steps: Step[]): Repaired {
  const rest = { plan: [], steps, left: findings, unseen };
  if (findings.length === 0 && unseen.length > 0) return { result: "not verified", ...rest };
  if (findings.length === 0) {
    const failed = steps.some(({ status }) => status === "failed");
    return { result: failed ? "not mended" : steps.length === 0 ? "nothing to mend" : "mended", ...rest };
  }
  return { result: findings.every(({ mend }) => mend === undefined) ? "needs a person" : "not mended", ...rest };
}
