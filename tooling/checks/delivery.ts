import { found, type Check } from "./check.ts";
import { existingQueues, severityOf } from "./existing-queues.ts";

export const delivery: Check = {
  id: "delivery",
  places: ["remote"],
  async diagnose(world) {
    return (await existingQueues(world)).flatMap(({ wanted: { name }, queue }) => {
      if (!queue.deliveryPaused) return [];
      return [
        found({
          what: `delivery of ${name} is paused`,
          why: "messages wait, and are deleted when their time is over; somebody may have paused it on purpose",
          which: name,
          severity: severityOf(name),
          next: `npx hoox repair queues${world.flag}`,
          mend: {
            plan: `deliver ${name} again`,
            do: async (hands) => void (await (await hands.account()).queues.resume(queue)),
          },
        }),
      ];
    });
  },
};
