import { accountLimits, limitsEntry } from "#contracts/account-limits";
import { firstProblem } from "#contracts/codec";
import type { LedgerName } from "#contracts/ids";
import type { AllowedNow } from "#contracts/ledger";
import { within, type Clock } from "./clock.ts";
import { messageOf } from "./message-of.ts";

/** What an account allows now, or what is damaged about that. Throws while nobody can say. */
export type AccountLimitsReader = (ledger: LedgerName) => Promise<AllowedNow>;

const TIMEOUT_MS = 2_000;

export function createAccountLimitsReader(of: {
  read: (key: string) => Promise<string | null>;
  clock: Clock;
}): AccountLimitsReader {
  return async (ledger) => {
    const key = limitsEntry(ledger);
    const reading = Promise.resolve().then(() => of.read(key));
    const text = await within(of.clock, { ms: TIMEOUT_MS, who: "KV" }, reading).catch((error: unknown) => {
      const words = `the limits of ${ledger} cannot be read, so no entry is sent: ${messageOf(error)}`;
      throw new Error(words, { cause: error });
    });
    return text === null ? {} : understood(text, key);
  };
}

function understood(text: string, key: string): AllowedNow {
  const damaged = (problem: string): AllowedNow => ({
    problem: `${key} in KV is damaged (${problem}), which halts entries and no exit; write it anew: npx hoox config set ${key} '{"maxNotional":"500"}'`,
  });
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    return damaged("it is not JSON");
  }
  const { success, data, error } = accountLimits.safeParse(json);
  return success ? data : damaged(firstProblem(error));
}
