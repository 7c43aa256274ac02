import type { OpsDeps } from "./deps.ts";
import type { LedgerPort } from "./env.ts";
import { reasonOf, within } from "./within.ts";

export interface LedgerAnswers<T> {
  /** Of all that there are; undefined when nobody could say. */
  names?: string[];
  answers: { ledger: string; answer: T }[];
  /** Which ledgers could not be asked, and why. */
  problems: string[];
}

/** Asks every registered ledger side by side; one that fails is a problem, never a failure of the whole. */
export async function askLedgers<T>(
  deps: Pick<OpsDeps, "killSwitch" | "ledger" | "timeoutMs">,
  ask: (ledger: LedgerPort) => Promise<T>,
): Promise<LedgerAnswers<T>> {
  let names: string[];
  try {
    names = await within(deps.timeoutMs, "the list of ledgers", deps.killSwitch().ledgers());
  } catch (error) {
    return { answers: [], problems: [`list of ledgers: ${reasonOf(error)}`] };
  }
  names.sort();
  const answers: LedgerAnswers<T>["answers"] = [];
  const problems: string[] = [];
  await Promise.all(
    names.map(async (ledger) => {
      try {
        answers.push({ ledger, answer: await within(deps.timeoutMs, "it", ask(deps.ledger(ledger))) });
      } catch (error) {
        problems.push(`ledger ${ledger}: ${reasonOf(error)}`);
      }
    }),
  );
  answers.sort((a, b) => (a.ledger < b.ledger ? -1 : 1));
  return { names, answers, problems };
}
