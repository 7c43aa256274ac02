import type { OpsHandlers } from "../call.ts";
import { depthsOf, type Depth } from "../queues.ts";

export const listQueues: OpsHandlers["queues"] = async (_call, deps) => {
  const { depths, problems } = await depthsOf(deps.queues, deps.timeoutMs);
  return { queues: depths.map(depthView), ...(problems.length === 0 ? {} : { problems }) };
};

export function depthView({
  oldestMessageAt,
  ...depth
}: Depth): Omit<Depth, "oldestMessageAt"> & { oldestMessageAt?: string } {
  return oldestMessageAt ? { ...depth, oldestMessageAt: oldestMessageAt.toISOString() } : depth;
}
