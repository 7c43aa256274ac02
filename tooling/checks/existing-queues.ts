import type { Queue } from "../cloudflare/index.ts";
import type { WantedQueue } from "../deploy/wanted.ts";
import type { Severity } from "./check.ts";
import type { World } from "./world/world.ts";

/** The registry's queues that the account has; missing ones are the business of another check. */
export async function existingQueues(world: World): Promise<{ wanted: WantedQueue; queue: Queue }[]> {
  const [{ queues }, there] = await Promise.all([world.wanted(), world.account.queues()]);
  return queues.flatMap((wanted) => {
    const queue = there.find(({ name }) => name === wanted.name);
    return queue === undefined ? [] : [{ wanted, queue }];
  });
}

/** Without its hints nothing trades; everything else is told or stored late. */
export function severityOf(queue: string): Severity {
  return queue === "trade-signals" ? "stops" : "harms";
}
