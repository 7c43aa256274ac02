import { placeOf, type Venue } from "#contracts/ids";
import { HttpError } from "#runtime/http-error";
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

/** The parts of a ledger that there is: a name that nobody registered would come to life by being asked. */
export async function registeredPlace(
  ledger: string,
  { deps, so, hint }: { deps: Pick<OpsDeps, "killSwitch" | "timeoutMs">; so: string; hint: string },
): Promise<{ account: string; venue: Venue }> {
  const known = await within(deps.timeoutMs, "the list of ledgers", deps.killSwitch().ledgers()).catch(
    unreachable(so, hint),
  );
  const place = placeOf(ledger);
  if (place !== undefined && known.includes(ledger)) return place;
  throw new HttpError(404, "ledger_not_found", `there is no ledger ${ledger}`, {
    hint: `there are: ${known.toSorted().join(", ") || "none"}`,
  });
}

/** Makes of whatever failed that a ledger could not be asked; `so`: what is known by that. */
export function unreachable(so: string, hint: string): (error: unknown) => never {
  return (error) => {
    throw new HttpError(503, "ledger_unreachable", `${so}: ${reasonOf(error)}`, { hint, cause: error });
  };
}
