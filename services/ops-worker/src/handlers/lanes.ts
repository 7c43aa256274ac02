import type { OpsHandlers } from "../call.ts";
import { askLedgers } from "../ledgers.ts";

export const listLanes: OpsHandlers["lanes"] = async (_call, deps) => {
  const { answers, problems } = await askLedgers(deps, (ledger) => ledger.lanes());
  return { lanes: answers.flatMap((each) => each.answer), ...(problems.length === 0 ? {} : { problems }) };
};
