import {
  KILL_SWITCH_KEYS,
  killSwitchMode,
  modeOfKvValue,
  type KillSwitchMode,
  type KillSwitchState,
} from "#contracts/kill-switch";
import type { OpsDeps } from "./deps.ts";
import { reasonOf, within } from "./within.ts";

export interface KillSwitchView {
  state: KillSwitchState;
  kv: { key: string; mode: KillSwitchMode }[];
  effective: KillSwitchMode;
  problems: string[];
}

/** All sources that may say stop. One that cannot be read counts as `entries`, as it does before an order. */
export async function viewKillSwitch(
  deps: Pick<OpsDeps, "killSwitch" | "config" | "timeoutMs">,
): Promise<KillSwitchView> {
  const problems: string[] = [];
  const halted = (what: string) => (error: unknown) => {
    problems.push(`${what} could not be read, so entries are halted: ${reasonOf(error)}`);
    return undefined;
  };
  const [shown, ...values] = await Promise.all([
    within(deps.timeoutMs, "the kill switch", deps.killSwitch().show()).catch(halted("the kill switch")),
    ...KILL_SWITCH_KEYS.map(async (key) => {
      const value = await within(deps.timeoutMs, "KV", deps.config.get(key)).catch(halted(`the KV key ${key}`));
      return { key, mode: value === undefined ? ("entries" as const) : modeOfKvValue(value) };
    }),
  ]);
  const state = shown ?? { mode: "entries" as const, reason: problems[0] ?? "it could not be read", by: "ops-worker" };
  return { state, kv: values, effective: strictest([state.mode, ...values.map((each) => each.mode)]), problems };
}

/** The modes are declared from mildest to strictest. */
function strictest(modes: readonly KillSwitchMode[]): KillSwitchMode {
  return killSwitchMode.options.findLast((mode) => modes.includes(mode)) ?? "all";
}
