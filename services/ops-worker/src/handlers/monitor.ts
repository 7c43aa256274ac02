import { messageId } from "#contracts/ids";
import type { MonitorConfig } from "#contracts/monitor";
import { databaseRoutes } from "#contracts/routes/database";
import { mintRequestId } from "#runtime/request-id";
import type { OpsDeps } from "../deps.ts";
import { readMonitorConfig } from "../kept.ts";
import { askLedgers } from "../ledgers.ts";
import { depthsOf, type Depth } from "../queues.ts";
import { besideVenue } from "../positions/beside-venue.ts";
import { readingOf } from "../positions/reading.ts";
import { needsAnotherLook } from "../watch/forecast.ts";
import type { Facts, HoldingsReading, LedgerReading, Sample } from "../watch/sample.ts";
import { tell } from "../watch/tell.ts";
import { reasonOf, within } from "../within.ts";
import { ledgerPositions } from "./positions.ts";
import { readUnknownKeys } from "./venue-keys.ts";

export type MonitorDeps = Pick<
  OpsDeps,
  | "killSwitch"
  | "ledger"
  | "queues"
  | "producer"
  | "log"
  | "timeoutMs"
  | "lastDepths"
  | "database"
  | "config"
  | "watch"
  | "now"
  | "pauseUntil"
  | "trade"
  | "monitorConfig"
  | "watching"
>;

const HALF_A_MINUTE_MS = 30_000;
const RECONCILE_MINUTES = 5;
/** Of an hour, when nothing else is asked of exchanges. */
const KEYS_MINUTE = 7;

/**
 * Each minute: does what a dead alarm would have done, looks at what waits where, writes it down, and tells the
 * trader what begins and ends. `at` is the minute that the cron stands for. Where a signal would be over before the
 * next minute, its ledger is looked at once more in between.
 */
export async function onMinute(at: Date, deps: MonitorDeps): Promise<void> {
  const again = new Date(deps.now().getTime() + HALF_A_MINUTE_MS);
  const requestId = mintRequestId();
  const log = deps.log.for(requestId);
  const config = await readMonitorConfig(deps).then(
    (read) => (deps.monitorConfig.last = read),
    (error: unknown): MonitorConfig => {
      const { last } = deps.monitorConfig;
      const instead = last === undefined ? "its defaults hold" : "those of before hold";
      log("error", "monitor.unconfigured", `the monitor's settings cannot be read, so ${instead}: ${reasonOf(error)}`);
      return last ?? {};
    },
  );
  const look: Look = { config, requestId };
  const [poked, held, { depths, problems }, holdings, unknownKeys, facts] = await Promise.all([
    askLedgers(deps, (ledger) => ledger.poke()),
    readLedgers(look, deps),
    depthsOf(deps.queues, deps.timeoutMs),
    at.getUTCMinutes() % RECONCILE_MINUTES === 0 ? readHoldings(look, deps) : undefined,
    at.getUTCMinutes() === KEYS_MINUTE ? readUnknownKeys(requestId, deps) : undefined,
    factsOf({ at, ...look }, deps).catch((error: unknown) => {
      log("error", "database.unread", `the database could not be asked: ${reasonOf(error)}`);
      return undefined;
    }),
  ]);
  for (const problem of poked.problems) log("error", "ledger.unpoked", problem);
  for (const problem of problems) log("error", "queue.unread", problem);
  const all = [...depths, ...held.ledgers.map(waitingIn)];
  const worthwhile = all.filter((depth) => isWorthwhile(depth, deps.lastDepths));
  try {
    await record(worthwhile, { at, requestId }, deps);
    for (const { queue, backlogCount } of all) deps.lastDepths.set(queue, backlogCount);
  } catch (error) {
    log("error", "queue.unsampled", `queue depths could not be recorded: ${reasonOf(error)}`);
  }
  const sample: Sample = {
    at: at.getTime(),
    queues: depths.map(({ queue, backlogCount, backlogBytes, oldestMessageAt }) => ({
      queue,
      backlog: backlogCount,
      bytes: backlogBytes,
      oldestAt: oldestMessageAt?.getTime(),
    })),
    ...held,
    holdings,
    unknownKeys,
    facts,
  };
  await observe(sample, look, deps);
  log("debug", "monitor.ran", `poked ${poked.answers.length} ledgers, sampled ${worthwhile.length} queues`);
  if (!needsAnotherLook(sample)) return;
  await deps.pauseUntil(again);
  const between = { at: sample.at + HALF_A_MINUTE_MS, between: true, queues: [], ...(await readLedgers(look, deps)) };
  await observe(between, look, deps);
}

interface Look {
  config: MonitorConfig;
  requestId: string;
}

async function readLedgers({ requestId }: Look, deps: MonitorDeps): Promise<Pick<Sample, "ledgers" | "incomplete">> {
  const { answers, problems } = await askLedgers(deps, (ledger) => ledger.backlog());
  const log = deps.log.for(requestId);
  for (const problem of problems) log("error", "ledger.unread", `what waits there is not known: ${problem}`);
  const ledgers = answers.map(({ answer }): LedgerReading => ({
    ...answer,
    oldestAt: answer.oldestAt?.getTime(),
    lanes: answer.lanes.map((lane) => ({
      ...lane,
      oldestAt: lane.oldestAt.getTime(),
      validUntil: lane.validUntil.map((time) => time.getTime()),
    })),
  }));
  return problems.length > 0 ? { ledgers, incomplete: true } : { ledgers };
}

/** What exchanges hold beside their ledgers. It is told, and never acted upon. */
async function readHoldings({ requestId }: Look, deps: MonitorDeps): Promise<HoldingsReading> {
  const { ledgers } = await ledgerPositions(deps);
  const beside = await besideVenue(ledgers, requestId, deps);
  for (const problem of beside.problems) deps.log.for(requestId)("warn", "position.unread", problem);
  return readingOf(
    beside,
    ledgers.map(({ ledger }) => ledger),
  );
}

/** Remembers and judges what was seen, and tells what is not told yet. */
async function observe(sample: Sample, { config, requestId }: Look, deps: MonitorDeps): Promise<void> {
  try {
    const asking = deps.watch().observe({ v: 1, sample, config, requestId });
    const { untold } = await within(deps.timeoutMs, "the monitor's memory", asking);
    deps.watching.fails = false;
    await tell(untold, deps);
  } catch (error) {
    deps.watching.fails = true;
    const log = deps.log.for(requestId);
    log("error", "monitor.untold", `what begins or ends could not be told yet: ${reasonOf(error)}`);
  }
}

/** A sample of `records` goes through `records` each minute: one that is missing says how far the database is behind. */
async function factsOf(
  { at, config, requestId }: { at: Date; config: MonitorConfig; requestId: string },
  { database, timeoutMs }: MonitorDeps,
): Promise<Facts> {
  const body = { cadence: [...(config.cadence ?? [])] };
  const reply = await database.ask(databaseRoutes.watch, { requestId, body, timeoutMs });
  const { sampledAt, cadence, unexplained, acknowledgement } = reply;
  return {
    ...(sampledAt === undefined ? {} : { storedAt: Date.parse(sampledAt) }),
    unexplained,
    acknowledgement,
    silences: cadence.map(({ strategy, lastAt, usualMs }) => ({
      strategy,
      times: Math.max(0, at.getTime() - Date.parse(lastAt)) / usualMs,
    })),
  };
}

/** Signals that wait in a ledger, written down beside the queues: their bytes are nobody's business. */
function waitingIn({ ledger, waiting, oldestAt }: LedgerReading): Depth {
  const oldestMessageAt = oldestAt === undefined ? undefined : new Date(oldestAt);
  return { queue: `ledger ${ledger}`, backlogCount: waiting, backlogBytes: 0, oldestMessageAt };
}

/** A backlog, or the end of one; no sample for a minute means that the queue was empty. Of `records` always. */
function isWorthwhile({ queue, backlogCount }: Depth, last: ReadonlyMap<string, number>): boolean {
  return queue === "records" || backlogCount > 0 || (last.get(queue) ?? 0) !== backlogCount;
}

async function record(
  depths: readonly Depth[],
  { at: sampledAt, requestId }: { at: Date; requestId: string },
  { producer }: MonitorDeps,
): Promise<void> {
  const packed = depths.map((depth) =>
    producer.pack(
      "records",
      "queue.sampled",
      { ...depth, sampledAt },
      {
        requestId,
        id: messageId({ requestId, type: "queue.sampled", key: depth.queue, rev: 1 }),
      },
    ),
  );
  if (packed.length > 0) await producer.sendPacked(packed);
}
