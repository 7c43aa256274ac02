import type { AccountLedgerRpc } from "#contracts/ledger";
import type { Log } from "#runtime/log";
import type { AccountLimitsReader } from "../account-limits.ts";
import { runAttempt } from "../attempt.ts";
import type { Clock } from "../clock.ts";
import type { KillSwitchReader } from "../kill-switch.ts";
import type { VenueAccount } from "../venues/live.ts";
import type { Venue } from "../venues/venue.ts";
import type { Work } from "../work.ts";

export interface AttemptDeps {
  ledger: (name: string) => Pick<AccountLedgerRpc, "sending" | "settle" | "defer" | "fail">;
  venue: (of: VenueAccount) => Venue;
  killSwitch: KillSwitchReader;
  accountLimits: AccountLimitsReader;
  clock: Clock;
  log: Log;
}

/** Executes one claimed signal to the end; never throws. */
export async function onAttemptRequested(work: Work, deps: AttemptDeps): Promise<void> {
  const { account, venue } = work.signal;
  await runAttempt(work, {
    ledger: () => deps.ledger(work.ledger),
    venue: deps.venue({ account, venue }),
    killSwitch: deps.killSwitch,
    accountLimits: deps.accountLimits,
    clock: deps.clock,
    log: deps.log,
  });
}
