import { consumerDrift } from "../deploy/drift.ts";
import { ensureConsumer } from "../deploy/triggers.ts";
import { found, type Check } from "./check.ts";
import { existingQueues } from "./existing-queues.ts";

export const consumerSettings: Check = {
  id: "consumer-settings",
  places: ["remote"],
  async diagnose(world) {
    return (await existingQueues(world)).flatMap(({ wanted, queue }) => {
      const { name, consumer } = wanted;
      const there = queue.consumers.find(({ type, script }) => type === "worker" && script === consumer.script);
      const differences = there === undefined ? [] : consumerDrift(consumer, there);
      if (differences.length === 0) return [];
      return [
        found({
          what: `the consumer of ${name} is set otherwise than the registry says: ${differences.join("; ")}`,
          why: "messages come in other batches, or are given up sooner or later, than the handlers count on",
          which: name,
          severity: "harms",
          next: `npx hoox repair queues${world.flag}`,
          mend: {
            plan: `set the consumer of ${name} as the registry says`,
            do: async (hands) => void (await ensureConsumer(await hands.account(), wanted)),
          },
        }),
      ];
    });
  },
};
