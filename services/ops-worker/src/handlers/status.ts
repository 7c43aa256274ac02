import type { LaneView } from "#contracts/ledger";
import { databaseRoutes } from "#contracts/routes/database";
import { BLOCKED_AFTER_MS, type MeshStatus } from "#contracts/routes/ops";
import type { OpsHandlers } from "../call.ts";
import { viewKillSwitch } from "../kill-switch.ts";
import { askLedgers } from "../ledgers.ts";
import { depthsOf } from "../queues.ts";
import { reasonOf } from "../within.ts";
import { depthView } from "./queues.ts";

/** Never fails: what could not be asked is a problem in the answer. */
export const showStatus: OpsHandlers["status"] = async ({ requestId }, deps) => {
  const [killSwitch, ledgers, queues, database, unread] = await Promise.all([
    viewKillSwitch(deps),
    askLedgers(deps, async (ledger) => {
      const [status, lanes] = await Promise.all([ledger.status(), ledger.lanes()]);
      return { status, lanes };
    }),
    depthsOf(deps.queues, deps.timeoutMs),
    asked(deps.database.ask(databaseRoutes.summary, { requestId, timeoutMs: deps.timeoutMs })),
    asked(deps.database.ask(databaseRoutes.unacknowledged, { requestId, timeoutMs: deps.timeoutMs })),
  ]);
  const { problems, ...view } = killSwitch;
  return {
    killSwitch: { ...view, ...(problems.length === 0 ? {} : { unread: problems }) },
    ledgers: ledgers.answers.map((each) => each.answer.status),
    blocked: ledgers.answers.flatMap(({ answer }) => answer.lanes.flatMap((lane) => blockersOf(lane, deps.now()))),
    queues: queues.depths.map(depthView),
    database: database.answer,
    ...(unread.answer ? { unread: unread.answer.notifications } : {}),
    // Where the database is away, it is said once.
    problems: [
      ...problems,
      ...ledgers.problems,
      ...queues.problems,
      ...new Set([database.problem, unread.problem]),
    ].filter((problem) => problem !== undefined),
  };
};

async function asked<T>(question: Promise<T>): Promise<{ answer?: T; problem?: string }> {
  return question.then(
    (answer) => ({ answer }),
    (error: unknown) => ({ problem: `database: ${reasonOf(error)}` }),
  );
}

type Blocked = NonNullable<MeshStatus["blocked"]>;

function blockersOf({ lane, signals }: LaneView, now: Date): Blocked {
  return signals.flatMap(({ requestId, action, state, legs, acceptedAt, reason }, index) => {
    const inDoubt = legs.some((leg) => leg.status === "in_doubt");
    const late = index === 0 && now.getTime() - acceptedAt.getTime() > BLOCKED_AFTER_MS;
    if (!inDoubt && !late) return [];
    const waiting = signals.length - index - 1;
    return [
      { lane, requestId, action, state, inDoubt, acceptedAt, waiting, ...(reason === undefined ? {} : { reason }) },
    ];
  });
}
