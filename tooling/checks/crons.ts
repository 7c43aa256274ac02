import { found, type Check } from "./check.ts";
import { eachDeployed } from "./each-worker.ts";

const WHY: Readonly<Record<string, string>> = {
  "ops-worker": "nobody wakes a ledger whose alarm died, repeats what is critical or watches the queues",
  "d1-worker": "nobody notices when the monitor itself has stopped, and what is old stays in the database",
};

export const crons: Check = {
  id: "crons",
  places: ["remote"],
  diagnose: (world) =>
    eachDeployed(world, async ({ name, crons: wanted }) => {
      const there = (await world.account.crons(name)) ?? [];
      if (there.toSorted().join("|") === wanted.toSorted().join("|")) return [];
      const text = (all: readonly string[]): string =>
        all.length === 0 ? "none" : all.map((each) => `"${each}"`).join(", ");
      return [
        found({
          what: `the crons of ${name} are ${text(there)}, not ${text(wanted)}`,
          why: (wanted.length > 0 && WHY[name]) || "it is woken when nobody wants it",
          which: name,
          worker: name,
          severity: "harms",
          next: `npx hoox repair worker ${name}${world.flag}`,
          mend: {
            plan: `set the crons of ${name} to ${text(wanted)}`,
            do: async (hands) => (await hands.account()).workers.setCrons(name, wanted),
          },
        }),
      ];
    }),
};
