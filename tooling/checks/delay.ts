import { found, type Check } from "./check.ts";
import { existingQueues, severityOf } from "./existing-queues.ts";

export const delay: Check = {
  id: "delay",
  places: ["remote"],
  async diagnose(world) {
    return (await existingQueues(world)).flatMap(({ wanted: { name }, queue }) => {
      const { deliveryDelaySeconds: seconds } = queue;
      if (seconds === 0) return [];
      return [
        found({
          what: `messages of ${name} are delayed by ${seconds} s`,
          why: "signals expire, and everything else comes late",
          which: name,
          severity: severityOf(name),
          next: `npx hoox repair queues${world.flag}`,
          mend: {
            plan: `deliver ${name} without delay`,
            do: async (hands) => void (await (await hands.account()).queues.update(queue, { deliveryDelaySeconds: 0 })),
          },
        }),
      ];
    });
  },
};
