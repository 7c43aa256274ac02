import { found, type Check } from "./check.ts";
import { existingQueues } from "./existing-queues.ts";

export const retention: Check = {
  id: "retention",
  places: ["remote"],
  async diagnose(world) {
    return (await existingQueues(world)).flatMap(({ wanted: { name, retentionSeconds }, queue }) => {
      const there = queue.retentionSeconds;
      if (there === retentionSeconds) return [];
      const shorter = there !== undefined && there < retentionSeconds;
      return [
        found({
          what: `${name} keeps messages for ${hours(there)}, not ${hours(retentionSeconds)}`,
          why: shorter
            ? "an outage that lasts longer loses what waits there"
            : "what waits there comes back longer after than anything remembers it",
          which: name,
          severity: shorter ? "harms" : "odd",
          next: `npx hoox repair queues${world.flag}`,
          mend: {
            plan: `let ${name} keep messages for ${hours(retentionSeconds)}`,
            do: async (hands) => void (await (await hands.account()).queues.update(queue, { retentionSeconds })),
          },
        }),
      ];
    });
  },
};

function hours(seconds: number | undefined): string {
  if (seconds === undefined) return "an unknown time";
  return seconds % 86_400 === 0 ? `${seconds / 86_400} days` : `${Math.round(seconds / 360) / 10} h`;
}
