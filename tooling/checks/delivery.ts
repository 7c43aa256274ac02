import { found, type Check } from "./check.ts";
import { existingQueues, severityOf } from "./existing-queues.ts";

export const delivery: Check = {
  id: "delivery",
  places: ["remote"],
  async diagnose(world) {
    return (await existingQueues(world)).flatMap(({ wanted: { name }, queue }) => {
      const { deliveryPaused: paused, deliveryDelaySeconds: delay } = queue;
      if (!paused && delay === 0) return [];
      return [
        found({
          what: paused ? `delivery of ${name} is paused` : `messages of ${name} are delayed by ${delay} s`,
          why: paused
            ? "messages wait, and are deleted when their time is over; somebody may have paused it on purpose"
            : "signals expire, and everything else comes late",
          which: name,
          severity: severityOf(name),
          next: `npx hoox repair queues${world.flag}`,
          mend: {
            plan: paused ? `deliver ${name} again` : `deliver ${name} without delay`,
            do: async (hands) =>
              void (await (
                await hands.account()
              ).queues.update(queue, { deliveryPaused: false, deliveryDelaySeconds: 0 })),
          },
        }),
      ];
    });
  },
};
