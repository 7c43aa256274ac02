import { accountLimits, limitsEntry, type AccountLimits } from "#contracts/account-limits";
import { ledgerOf, type LedgerName } from "#contracts/ids";
import { isExit, type Signal } from "#contracts/signal";
import type { Alert } from "../formats/canonical.ts";
import type { Call, Clock } from "../webhook/ports.ts";
import { createSettingsReader, type KeyValues, type SettingsReader } from "./read-settings.ts";
import { SettingsUnreadable } from "./unreadable.ts";

export type LimitsReader = SettingsReader<AccountLimits>;

export function createLimitsReader(config: KeyValues, clock: Clock): LimitsReader {
  return createSettingsReader(config, clock, {
    key: limitsEntry,
    schema: accountLimits,
    noJson: "they are no JSON",
    unreadable,
    unreachable,
    mayBeAbsent: () => true,
  });
}

/**
 * What the account allows, for the ledger to keep. Throws {@link SettingsUnreadable} for an entry when nobody can say:
 * an exit is bound by no limit.
 */
export async function limitsOf(
  signal: Alert["signal"],
  { background }: Pick<Call, "background">,
  { limits }: { limits: LimitsReader },
): Promise<Pick<Signal, "accountLimits">> {
  const reading = limits(ledgerOf(signal), background);
  const found = await (isExit(signal) ? reading.catch(() => undefined) : reading);
  return found === undefined ? {} : { accountLimits: found };
}

function unreachable(ledger: LedgerName, cause: unknown): SettingsUnreadable {
  return new SettingsUnreadable({
    code: "limits_unreachable",
    subject: "KV",
    message: `the limits of ${ledger} cannot be read; the entry was not accepted, and exits pass`,
    hint: "send it again: TradingView does so by itself",
    cause,
  });
}

function unreadable(ledger: LedgerName, problem: string): SettingsUnreadable {
  return new SettingsUnreadable({
    code: "limits_unreadable",
    subject: ledger,
    message: `the limits of ${ledger} are damaged (${problem}); no entry is accepted, and exits pass`,
    hint: `write them anew: npx hoox config set ${limitsEntry(ledger)} '{"maxNotional":"500"}'`,
  });
}
