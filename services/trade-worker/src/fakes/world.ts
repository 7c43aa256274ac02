import type { Signal } from "#contracts/signal";
import type { Log } from "#runtime/log";
import type { AccountLimitsReader } from "../account-limits.ts";
import type { KillSwitchReading } from "../kill-switch.ts";
import { paperVenue } from "../venues/paper/adapter.ts";
import type { PaperConfigPatch } from "../venues/paper/config.ts";
import { PaperShell } from "../venues/paper/shell.ts";
import { createMemoryStore } from "../venues/paper/store.ts";
import type { Work } from "../work.ts";
import { FakeLedger } from "./fake-ledger.ts";
import { createTestClock } from "./test-clock.ts";

export const LEDGER = "main:paper";
export const REQUEST = "0d3adb4e-8c1f-4a55-9f3a-2f6a1b0c9d10";

export function signalOf(part: Partial<Signal> = {}): Signal {
  return {
    requestId: REQUEST,
    strategy: "default",
    account: "main",
    venue: "paper",
    symbol: "BTCUSDT.P",
    action: "buy",
    quantity: "1",
    orderType: "market",
    price: "100",
    ...part,
  };
}

export interface Line {
  severity: string;
  event: string;
  message: string;
  requestId?: string | undefined;
  fields: Readonly<Record<string, unknown>>;
}

export function createLog(): { log: Log; lines: Line[] } {
  const lines: Line[] = [];
  const of = (requestId: string | undefined): Log =>
    Object.assign(
      (severity: string, event: string, message: string, fields: Readonly<Record<string, unknown>> = {}) => {
        lines.push({ severity, event, message, requestId, fields });
      },
      { for: of },
    );
  return { log: of(undefined), lines };
}

/** A fake ledger, the real paper exchange and virtual time. */
export function createWorld(paper: PaperConfigPatch = {}) {
  const clock = createTestClock();
  const ledger = new FakeLedger(clock);
  const shell = new PaperShell({ store: createMemoryStore(), clock, variable: paper });
  const { log, lines } = createLog();
  const killSwitch: KillSwitchReading = { mode: "off", says: "the kill switch" };
  const accountLimits: AccountLimitsReader = async () => ({});
  return { clock, ledger, shell, venue: paperVenue(() => shell), log, lines, killSwitch, accountLimits };
}

export type World = ReturnType<typeof createWorld>;

/** What the consumer hands over after a claim. */
export async function claimWork(ledger: FakeLedger, requestId = REQUEST): Promise<Work> {
  const reply = await ledger.claim({ v: 1, requestId, generation: 0, purpose: "execute" });
  if (reply.status !== "go") throw new Error(`the claim answered ${reply.status}`);
  const { signal, lease, attempt, tasks } = reply;
  return { ledger: LEDGER, signal, lease, attempt, tasks };
}
