import type { LaneView } from "#contracts/ledger";
import { databaseRoutes } from "#contracts/routes/database";
import { BLOCKED_AFTER_MS, type MeshStatus } from "#contracts/routes/ops";
import type { OpsHandlers } from "../call.ts";
import type { OpsDeps } from "../deps.ts";
import { readMonitorConfig } from "../kept.ts";
import { viewKillSwitch } from "../kill-switch.ts";
import { askLedgers } from "../ledgers.ts";
import { depthsOf } from "../queues.ts";
import { reasonOf, within } from "../within.ts";
import { DRIFTS } from "../watch/conditions.ts";
import { depthView } from "./queues.ts";

/** Never fails: what could not be asked is a problem in the answer. */
export const showStatus: OpsHandlers["status"] = async ({ requestId }, deps) => {
  const [killSwitch, ledgers, queues, drifts, database, unread] = await Promise.all([
    viewKillSwitch(deps),
    askLedgers(deps, async (ledger) => {
      const [status, lanes] = await Promise.all([ledger.status(), ledger.lanes()]);
      return { status, lanes };
    }),
    depthsOf(deps.queues, deps.timeoutMs),
    askedFor("the monitor's memory", driftsOf(deps)),
    askedFor("database", deps.database.ask(databaseRoutes.summary, { requestId, timeoutMs: deps.timeoutMs })),
    askedFor("database", deps.database.ask(databaseRoutes.unacknowledged, { requestId, timeoutMs: deps.timeoutMs })),
  ]);
  const { problems, ...view } = killSwitch;
  return {
    killSwitch: { ...view, ...(problems.length === 0 ? {} : { unread: problems }) },
    ledgers: ledgers.answers.map((each) => each.answer.status),
    blocked: ledgers.answers.flatMap(({ answer }) => answer.lanes.flatMap((lane) => blockersOf(lane, deps.now()))),
    ...(drifts.answer ? { drifts: drifts.answer } : {}),
    queues: queues.depths.map(depthView),
    database: database.answer,
    ...(unread.answer ? { unread: unread.answer.notifications } : {}),
    // Where the database is away, it is said once.
    problems: [
      ...problems,
      ...ledgers.problems,
      ...queues.problems,
      drifts.problem,
      ...new Set([database.problem, unread.problem]),
    ].filter((problem) => problem !== undefined),
  };
};

async function askedFor<T>(what: string, question: Promise<T>): Promise<{ answer?: T; problem?: string }> {
  return question.then(
    (answer) => ({ answer }),
    (error: unknown) => ({ problem: `${what}: ${reasonOf(error)}` }),
  );
}

/** Of what the monitor has told and not seen end: between its looks at the exchanges, what the last one saw. */
async function driftsOf(deps: OpsDeps): Promise<NonNullable<MeshStatus["drifts"]>> {
  const config = await readMonitorConfig(deps).catch(() => ({}));
  const { alerts } = await within(deps.timeoutMs, "it", deps.watch().view({ v: 1, config }));
  const prefix = `${DRIFTS} `;
  return alerts
    .filter(({ name, value, leave }) => name.startsWith(prefix) && value > leave)
    .map(({ name, since }) => ({ position: name.slice(prefix.length), since }));
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
