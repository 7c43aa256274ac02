import { messageId } from "#contracts/ids";
import { mintRequestId } from "#runtime/request-id";
import type { OpsDeps } from "../deps.ts";
import { askLedgers } from "../ledgers.ts";
import { depthsOf, type Depth } from "../queues.ts";
import { reasonOf } from "../within.ts";

export type MonitorDeps = Pick<
  OpsDeps,
  "killSwitch" | "ledger" | "queues" | "producer" | "log" | "now" | "timeoutMs" | "lastDepths"
>;

/** Each minute: does what a dead alarm would have done, and writes down how deep the queues are. */
export async function onMinute(deps: MonitorDeps): Promise<void> {
  const requestId = mintRequestId();
  const log = deps.log.for(requestId);
  const [poked, { depths, problems }] = await Promise.all([
    askLedgers(deps, (ledger) => ledger.poke()),
    depthsOf(deps.queues, deps.timeoutMs),
  ]);
  for (const problem of poked.problems) log("error", "ledger.unpoked", problem);
  for (const problem of problems) log("error", "queue.unread", problem);
  const worthwhile = depths.filter((depth) => isWorthwhile(depth, deps.lastDepths));
  try {
    await record(worthwhile, requestId, deps);
    for (const { queue, backlogCount } of depths) deps.lastDepths.set(queue, backlogCount);
  } catch (error) {
    log("error", "queue.unsampled", `queue depths could not be recorded: ${reasonOf(error)}`);
  }
  log("debug", "monitor.ran", `poked ${poked.answers.length} ledgers, sampled ${worthwhile.length} queues`);
}

/** A backlog, or the end of one. No sample for a minute means that the queue was empty. */
function isWorthwhile({ queue, backlogCount }: Depth, last: ReadonlyMap<string, number>): boolean {
  return backlogCount > 0 || (last.get(queue) ?? 0) !== backlogCount;
}

async function record(depths: readonly Depth[], requestId: string, { producer, now }: MonitorDeps): Promise<void> {
  const sampledAt = now();
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
