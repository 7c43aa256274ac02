import type { Queue } from "../cloudflare/index.ts";
import { ensureConsumer } from "../deploy/triggers.ts";
import type { WantedQueue } from "../deploy/wanted.ts";
import { found, type Check, type Finding } from "./check.ts";
import { existingQueues, severityOf } from "./existing-queues.ts";

export const consumers: Check = {
  id: "consumers",
  places: ["remote"],
  async diagnose(world) {
    const deployed = await world.account.workers();
    const existing = (await existingQueues(world)).filter(({ wanted }) => deployed.has(wanted.consumer.script));
    return existing.flatMap(({ wanted, queue }) => {
      const trouble = troubleOf(queue, wanted);
      if (trouble === undefined) return [];
      return [
        found({
          ...trouble,
          which: wanted.name,
          severity: severityOf(wanted.name),
          next: `npx hoox repair queues${world.flag}`,
          mend: {
            plan: `make ${wanted.consumer.script} the only consumer of ${wanted.name}`,
            // Between the old consumer and the new one messages wait; none of them is lost.
            do: async (hands) => void (await ensureConsumer(await hands.account(), wanted)),
          },
        }),
      ];
    });
  },
};

function troubleOf(
  { name, consumers: all }: Queue,
  { consumer }: WantedQueue,
): Pick<Finding, "what" | "why"> | undefined {
  const waits = "messages wait until their time is over, and are deleted then";
  if (all.some(({ type }) => type === "http_pull")) {
    const what = `${name} has a pull consumer left over, so ${consumer.script} cannot take from it`;
    return { what, why: `a queue has one consumer: ${waits}` };
  }
  if (all.length === 0) return { what: `nobody takes from ${name}`, why: waits };
  const other = all.find(({ script }) => script !== consumer.script);
  if (other === undefined) return undefined;
  const what = `${name} is consumed by ${other.script ?? "nobody that is known"}, not by ${consumer.script}`;
  return { what, why: "it gets messages that it cannot handle, and parks or loses them" };
}
