import type { PositionView } from "#contracts/routes/ops";
import type { OpsHandlers } from "../call.ts";
import { askLedgers } from "../ledgers.ts";

/** From the ledgers, which know of a fill before the database does. */
export const listPositions: OpsHandlers["positions"] = async (_call, deps) => {
  const { answers, problems } = await askLedgers(deps, (ledger) => ledger.status());
  const positions = answers.flatMap(({ ledger, answer }): PositionView[] => {
    const [account = "", venue = ""] = ledger.split(":");
    return answer.positions.map((position) => ({ ledger, account, venue, ...position }));
  });
  return { positions, ...(problems.length === 0 ? {} : { problems }) };
};
