import { partsOf } from "#contracts/ids";
import type { PositionView } from "#contracts/routes/ops";
import type { OpsHandlers } from "../call.ts";
import type { OpsDeps } from "../deps.ts";
import { askLedgers } from "../ledgers.ts";
import { besideVenue } from "../positions/beside-venue.ts";

/** From the ledgers, which know of a fill before the database does. */
export const listPositions: OpsHandlers["positions"] = async ({ query, requestId }, deps) => {
  const { positions, problems } = await ledgerPositions(deps);
  const shown = query.beside === undefined ? positions : await besideVenue(positions, requestId, deps);
  return { positions: shown, ...(problems.length === 0 ? {} : { problems }) };
};

export async function ledgerPositions(
  deps: Pick<OpsDeps, "killSwitch" | "ledger" | "timeoutMs">,
): Promise<{ positions: PositionView[]; problems: string[] }> {
  const { answers, problems } = await askLedgers(deps, (ledger) => ledger.status());
  const positions = answers.flatMap(({ ledger, answer }) =>
    answer.positions.map((position): PositionView => ({ ledger, ...partsOf(ledger), ...position })),
  );
  return { positions, problems };
}
