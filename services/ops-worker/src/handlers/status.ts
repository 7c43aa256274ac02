import { databaseRoutes } from "#contracts/routes";
import type { OpsHandlers } from "../call.ts";
import { viewKillSwitch } from "../kill-switch.ts";
import { askLedgers } from "../ledgers.ts";
import { depthsOf } from "../queues.ts";
import { reasonOf } from "../within.ts";
import { depthView } from "./queues.ts";

/** Never fails: what could not be asked is a problem in the answer. */
export const showStatus: OpsHandlers["status"] = async ({ requestId }, deps) => {
  const [killSwitch, ledgers, queues, database] = await Promise.all([
    viewKillSwitch(deps),
    askLedgers(deps, (ledger) => ledger.status()),
    depthsOf(deps.queues, deps.timeoutMs),
    deps.database.ask(databaseRoutes.summary, { requestId, timeoutMs: deps.timeoutMs }).then(
      (summary) => ({ summary, problems: [] }),
      (error: unknown) => ({ summary: undefined, problems: [`database: ${reasonOf(error)}`] }),
    ),
  ]);
  const { problems, ...view } = killSwitch;
  return {
    killSwitch: { ...view, ...(problems.length === 0 ? {} : { unread: problems }) },
    ledgers: ledgers.answers.map((each) => each.answer),
    queues: queues.depths.map(depthView),
    database: database.summary,
    problems: [...problems, ...ledgers.problems, ...queues.problems, ...database.problems],
  };
};
