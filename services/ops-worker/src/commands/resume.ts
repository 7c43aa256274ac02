import { switchTo } from "../handlers/kill-switch.ts";
import { viewKillSwitch, type KillSwitchView } from "../kill-switch.ts";
import type { Respond } from "./answer.ts";
import { change, told } from "./kill.ts";
import { moment } from "./show.ts";

/** Before the colon of the button's action; behind it stands which stop is to end. */
export const RESUME = "resume";
const HOLDS_MS = 60_000;

/** Asks first. The button ends only the stop that it was asked about. */
export const resume: Respond = async (_asked, deps) => {
  const view = await viewKillSwitch(deps);
  if (view.effective === "off") return { title: "Trading goes on: there is nothing to resume" };
  const { state } = view;
  const details = [{ label: "Stopped", value: `${state.mode} by ${state.by}: ${state.reason}` }];
  if (state.changedAt) details.push({ label: "Since", value: moment(state.changedAt) });
  for (const { key, mode } of view.kv.filter((each) => each.mode !== "off"))
    details.push({ label: "KV key", value: `${key} says ${mode}; it is cleared too` });
  for (const problem of view.problems) details.push({ label: "Problem", value: problem });
  return {
    title: "Resume trading? Press within a minute.",
    details,
    buttons: [[{ label: "Resume trading", action: `${RESUME}:${stopOf(view)}` }]],
    buttonsUntil: new Date(deps.now().getTime() + HOLDS_MS),
  };
};

/** A press that comes twice, or after another stop, resumes nothing. */
export const resumeButton: Respond = async (asked, deps) => {
  const view = await viewKillSwitch(deps);
  if (view.effective === "off") return { title: "Trading goes on already" };
  if (stopOf(view) !== asked.rest)
    return { title: "The kill switch was set again meanwhile, so trading stays stopped. Send /resume again." };
  const off = { ...change(asked, "resumed by button"), mode: "off", cancelEntries: false } as const;
  return told(await switchTo(off, deps, { ifChangedAt: view.state.changedAt ?? null }));
};

/** The last change and what each KV key says, as the action of a button can carry it. */
function stopOf({ state, kv }: KillSwitchView): string {
  const keys = kv.map(({ mode }) => mode.charAt(0)).join("");
  return `${(state.changedAt?.getTime() ?? 0).toString(36)}-${keys}`;
}
