import { KILL_SWITCH_KEYS, modeOfKvValue, type KillSwitchMode, type KillSwitchState } from "#contracts/kill-switch";
import type { LegRole } from "#contracts/order";
import { within, type Clock } from "./clock.ts";
import { messageOf } from "./message-of.ts";

/** The strictest of what could be read. */
export interface KillSwitchReading {
  mode: KillSwitchMode;
  /** Which source says so, and its reason. */
  says: string;
  /** Why a source could not be read; then "off" proves nothing. */
  unreadable?: string | undefined;
}

/** Never throws: what cannot be read is in the answer. */
export type KillSwitchReader = () => Promise<KillSwitchReading>;

export type Verdict = { kind: "go" } | { kind: "halted" | "not_executed"; reason: string };

const TIMEOUT_MS = 2_000;
const strictness: Readonly<Record<KillSwitchMode, number>> = { off: 0, entries: 1, all: 2 };

/** Reads the Durable Object and the KV keys side by side. */
export function createKillSwitchReader(of: {
  show: () => Promise<KillSwitchState>;
  flag: (key: string) => Promise<string | null>;
  clock: Clock;
}): KillSwitchReader {
  const sources: readonly { name: string; read: () => Promise<{ mode: KillSwitchMode; reason: string }> }[] = [
    { name: "the kill switch", read: of.show },
    ...KILL_SWITCH_KEYS.map((key) => ({
      name: `the KV key ${key}`,
      read: async () => ({ mode: modeOfKvValue(await of.flag(key)), reason: "" }),
    })),
  ];
  return async () => {
    const readings = await Promise.allSettled(
      sources.map(async ({ name, read }) => {
        const { mode, reason } = await within(of.clock, { ms: TIMEOUT_MS, who: name }, Promise.resolve().then(read));
        return { mode, says: reason === "" ? name : `${name} ("${reason}")` };
      }),
    );
    const known = readings.filter((each) => each.status === "fulfilled").map((each) => each.value);
    const failed = readings.find((each) => each.status === "rejected");
    const strictest = known.toSorted((a, b) => strictness[b.mode] - strictness[a.mode])[0];
    return {
      mode: strictest?.mode ?? "off",
      says: strictest?.says ?? "nobody",
      ...(failed ? { unreadable: messageOf(failed.reason) } : {}),
    };
  };
}

/** Protective legs are never stopped: they are what ends exposure. */
export function isProtective(role: LegRole): boolean {
  return role === "stop" || role === "target" || role === "emergency";
}

/** Whether a leg may be sent. Entries fail closed; an exit that cannot be judged is tried again. */
export function verdictFor(role: LegRole, reading: KillSwitchReading): Verdict {
  if (isProtective(role)) return { kind: "go" };
  if (reading.mode === "all" || (reading.mode === "entries" && role === "entry")) {
    const what = reading.mode === "all" ? "all trading" : "entries";
    return { kind: "halted", reason: `${reading.says} stops ${what}; run: npx hoox kill-switch show` };
  }
  if (reading.unreadable === undefined) return { kind: "go" };
  const reason = `the kill switch cannot be read: ${reading.unreadable}`;
  return { kind: role === "entry" ? "halted" : "not_executed", reason };
}
