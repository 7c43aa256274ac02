import type { OpsDeps } from "../deps.ts";
import { depthsOf } from "../queues.ts";
import type { ReplaySettings } from "./settings.ts";

/** Why a replay into these queues has to wait for the live traffic on them; undefined when it has not. */
export async function heldUpBy(
  queues: readonly string[],
  { maxBacklog, maxAgeMs }: ReplaySettings,
  deps: Pick<OpsDeps, "queues" | "timeoutMs" | "now">,
): Promise<string | undefined> {
  const watched = deps.queues.filter(({ name }) => queues.includes(name));
  const { depths, problems } = await depthsOf(watched, deps.timeoutMs);
  // What cannot be seen might be a storm.
  if (problems[0] !== undefined) return problems[0];
  const now = deps.now().getTime();
  for (const { queue, backlogCount, oldestMessageAt } of depths) {
    if (backlogCount > maxBacklog) return `${queue} has a backlog of ${backlogCount}, more than ${maxBacklog}`;
    const ageMs = oldestMessageAt === undefined ? 0 : now - oldestMessageAt.getTime();
    if (ageMs > maxAgeMs) {
      return `the oldest message of ${queue} is ${Math.round(ageMs / 1_000)} s old, more than ${maxAgeMs / 1_000} s`;
    }
  }
  return undefined;
}
