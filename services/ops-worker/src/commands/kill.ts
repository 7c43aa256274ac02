import type { KillSwitchMode } from "#contracts/kill-switch";
import { switchTo } from "../handlers/kill-switch.ts";
import { within } from "../within.ts";
import type { Answer, Asked, Respond } from "./answer.ts";
import { moment } from "./show.ts";

type Reply = Awaited<ReturnType<typeof switchTo>>;

const KILL_ALL = "kill-all";
const CANCEL_ENTRIES = "cancel-entries";
const BUTTONS_HOLD_MS = 10 * 60_000;

const titles: Readonly<Record<KillSwitchMode, string>> = {
  off: "Trading goes on",
  entries: "Stopped: nothing new is opened, exits still execute",
  all: "Stopped: nothing executes but protective orders",
};

/** Stops at once what a trader surely means, and asks whether more is meant. Never makes a stop milder. */
export const kill: Respond = async (asked, deps) => {
  const [, mode, reason = ""] = /^(?:(all|entries)\b)?\s*([\s\S]*)$/i.exec(asked.rest) ?? [];
  const entries = { ...change(asked, reason), mode: "entries", cancelEntries: false } as const;
  const reply = await switchTo(entries, deps, { neverMilder: true });
  const { state } = reply;
  if (state.mode === "all") {
    const since = state.changedAt === undefined ? "?" : moment(state.changedAt);
    const details = [{ label: "Since", value: `${since} by ${state.by}: ${state.reason}` }];
    return { title: `${titles.all} (already)`, details };
  }
  const question = mode?.toLowerCase() === "all" ? "Press to stop exits too." : "Is more meant?";
  return {
    ...told(reply),
    title: `${titles.entries}. ${question}`,
    buttons: [
      [{ label: "Stop exits too", action: KILL_ALL }],
      [{ label: "Cancel resting entries", action: CANCEL_ENTRIES }],
    ],
    buttonsUntil: new Date(deps.now().getTime() + BUTTONS_HOLD_MS),
  };
};

const killAll: Respond = async (asked, deps) =>
  told(await switchTo({ ...change(asked, "by button"), mode: "all", cancelEntries: false }, deps));

const cancelEntries: Respond = async (asked, deps) => {
  const { mode } = await within(deps.timeoutMs, "the kill switch", deps.killSwitch().show());
  if (mode === "off") return { title: "Trading goes on meanwhile, so nothing was cancelled. /kill stops it." };
  const reply = await switchTo(
    { ...change(asked, "resting entries cancelled by button"), mode, cancelEntries: true },
    deps,
    { neverMilder: true },
  );
  const { title, details = [] } = told(reply);
  return { title, details: [{ label: "Cancelling", value: `${reply.cancelling} resting entries` }, ...details] };
};

export const killButtons: Readonly<Record<string, Respond>> = { [KILL_ALL]: killAll, [CANCEL_ENTRIES]: cancelEntries };

/** Who is at the chat stands in the reason: the audit log names the chat. */
export function change(
  { requestId, by, person }: Asked,
  reason: string,
): { requestId: string; by: string; reason: string } {
  return { requestId, by, reason: `${reason.trim().slice(0, 400) || "no reason given"} (${person})` };
}

export function told({ effective, inFlight, note }: Reply): Answer {
  const details = [
    { label: "In flight", value: inFlight.length === 0 ? "nothing" : `${inFlight.length}, no longer to be stopped` },
  ];
  for (const { requestId } of inFlight.slice(0, 5)) details.push({ label: "Trace", value: `/trace ${requestId}` });
  if (note !== undefined) details.push({ label: "Note", value: note });
  if (effective !== "off") details.push({ label: "To go on", value: "/resume" });
  return { title: titles[effective], details };
}
