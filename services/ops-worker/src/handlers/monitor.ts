import { messageId } from "#contracts/ids";
import type { MonitorConfig } from "#contracts/monitor";
import { databaseRoutes } from "#contracts/routes/database";
import { mintRequestId } from "#runtime/request-id";
import type { OpsDeps } from "../deps.ts";
import { readMonitorConfig } from "../kept.ts";
import { askLedgers } from "../ledgers.ts";
import { depthsOf, type Depth } from "../queues.ts";
import type { Facts, LedgerReading, Sample } from "../watch/sample.ts";
import { tell } from "../watch/tell.ts";
import { reasonOf, within } from "../within.ts";

export type MonitorDeps = Pick<
  OpsDeps,
  "killSwitch" | "ledger" | "queues" | "producer" | "log" | "timeoutMs" | "lastDepths" | "database" | "config" | "watch"
>;

/**
 * Each minute: does what a dead alarm would have done, looks at what waits where, writes it down, and tells the
 * trader what begins and ends. `at` is the minute that the cron stands for.
 */
export async function onMinute(at: Date, deps: MonitorDeps): Promise<void> {
  const requestId = mintRequestId();
  const log = deps.log.for(requestId);
  const config = await readMonitorConfig(deps).catch((error: unknown): MonitorConfig => {
    log(
      "error",
      "monitor.unconfigured",
      `the monitor's settings cannot be read, so its defaults hold: ${reasonOf(error)}`,
    );
    return {};
  });
  const [poked, held, { depths, problems }, facts] = await Promise.all([
    askLedgers(deps, (ledger) => ledger.poke()),
    askLedgers(deps, (ledger) => ledger.backlog()),
    depthsOf(deps.queues, deps.timeoutMs),
    factsOf({ at, config, requestId }, deps).catch((error: unknown) => {
      log("error", "database.unread", `the database could not be asked: ${reasonOf(error)}`);
      return undefined;
    }),
  ]);
  for (const problem of poked.problems) log("error", "ledger.unpoked", problem);
  for (const problem of held.problems) log("error", "ledger.unread", `what waits there is not known: ${problem}`);
  for (const problem of problems) log("error", "queue.unread", problem);
  const worthwhile = depths.filter((depth) => isWorthwhile(depth, deps.lastDepths));
  try {
    await record(worthwhile, { at, requestId }, deps);
    for (const { queue, backlogCount } of depths) deps.lastDepths.set(queue, backlogCount);
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
    ledgers: held.answers.map(({ answer }): LedgerReading => ({
      ...answer,
      oldestAt: answer.oldestAt?.getTime(),
      validUntil: answer.validUntil.map((time) => time.getTime()),
    })),
    ...(held.problems.length > 0 ? { incomplete: true } : {}),
    facts,
  };
  try {
    const asking = deps.watch().observe({ v: 1, sample, config, requestId });
    await tell((await within(deps.timeoutMs, "the monitor's memory", asking)).untold, deps);
  } catch (error) {
    log("error", "monitor.untold", `what begins or ends could not be told yet: ${reasonOf(error)}`);
  }
  log("debug", "monitor.ran", `poked ${poked.answers.length} ledgers, sampled ${worthwhile.length} queues`);
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
