import type { OpsHandlers } from "../call.ts";
import { readMonitorConfig } from "../kept.ts";
import { depthsOf, type Depth } from "../queues.ts";
import { reasonOf, within } from "../within.ts";

/** How deep the queues are now, and what the monitor makes of the last minutes. Never fails. */
export const listQueues: OpsHandlers["queues"] = async (_call, deps) => {
  const config = await readMonitorConfig(deps).catch(() => ({}));
  const asking = within(deps.timeoutMs, "the monitor's memory", deps.watch().view({ v: 1, config }));
  const [{ depths, problems }, monitor] = await Promise.all([
    depthsOf(deps.queues, deps.timeoutMs),
    asking.catch((error: unknown) => ({ problem: reasonOf(error) })),
  ]);
  const all = [...problems, ...("problem" in monitor ? [monitor.problem] : [])];
  return {
    queues: depths.map(depthView),
    ...("problem" in monitor ? {} : { monitor }),
    ...(all.length === 0 ? {} : { problems: all }),
  };
};

export function depthView({
  oldestMessageAt,
  ...depth
}: Depth): Omit<Depth, "oldestMessageAt"> & { oldestMessageAt?: string } {
  return oldestMessageAt ? { ...depth, oldestMessageAt: oldestMessageAt.toISOString() } : depth;
}
