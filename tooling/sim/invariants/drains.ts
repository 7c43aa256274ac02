import type { Invariant } from "./invariant.ts";

/** Nothing is in flight, every outbox is empty, no queue holds or has deleted a message. */
export const drains: Invariant = {
  name: "drains",
  async check(mesh) {
    const left = await mesh.unfinished();
    const deleted = [...mesh.queues.values()].flatMap((queue) =>
      queue.lost.map((what) => `${queue.name} deleted ${what}`),
    );
    return [...left, ...deleted].map((found) => ({ expected: "at rest within two hours after the last fault", found }));
  },
};
