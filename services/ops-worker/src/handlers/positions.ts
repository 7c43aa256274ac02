import { partsOf } from "#contracts/ids";
import type { OpsHandlers } from "../call.ts";
import type { OpsDeps } from "../deps.ts";
import { askLedgers } from "../ledgers.ts";
import { openEntries } from "../open-entries.ts";
import { besideVenue, type LedgerPositions } from "../positions/beside-venue.ts";

/** From the ledgers, which know of a fill before the database does. */
export const listPositions: OpsHandlers["positions"] = async ({ query, requestId }, deps) => {
  const { names, ledgers, problems: unasked } = await ledgerPositions(deps);
  const [beside, entries] = await Promise.all([
    query.beside === undefined ? undefined : besideVenue(ledgers, requestId, deps),
    query.entries === undefined ? undefined : openEntries(deps),
  ]);
  const problems = [...unasked, ...(beside?.problems ?? [])];
  const positions = beside?.positions ?? ledgers.flatMap((each) => each.positions);
  return { positions, ledgers: names, entries, ...(problems.length === 0 ? {} : { problems }) };
};

/** Of the ledgers that can be asked; `problems`: of those that cannot. */
export async function ledgerPositions(
  deps: Pick<OpsDeps, "killSwitch" | "ledger" | "timeoutMs">,
): Promise<{ names: string[] | undefined; ledgers: LedgerPositions[]; problems: string[] }> {
  const { names, answers, problems } = await askLedgers(deps, (ledger) => ledger.status());
  const ledgers = answers.map(({ ledger, answer }) => ({
    ledger,
    positions: answer.positions.map((position) => ({ ledger, ...partsOf(ledger), ...position })),
  }));
  return { names, ledgers, problems };
}
