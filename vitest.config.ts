import { availableParallelism } from "node:os";
import { defineConfig } from "vitest/config";
import { LongestFirst } from "./tooling/system/order.ts";

// Its ES build imports a folder, which Node alone does not resolve.
const server = { deps: { inline: ["clipanion"] } };

/**
 * Three projects, one per kind of proof (docs/testing.md):
 * unit (milliseconds, Node), system (the real Workers on workerd), sim (seeded schedules).
 */
export default defineConfig({
  test: {
    sequence: { sequencer: LongestFirst },
    projects: [
      {
        test: {
          name: "unit",
          // Unit tests keep nothing outside themselves; a fresh module graph per file would cost three times the rest.
          isolate: false,
          // They take milliseconds; on a busy machine a worker may stand still for seconds.
          testTimeout: 20_000,
          // On two cores too, beside the other checks: they end long before these.
          maxWorkers: Math.max(2, availableParallelism() - 1),
          include: ["{contracts,queues,services,tooling}/**/*.test.ts"],
          exclude: ["tooling/system/**", "tooling/sim/**", "**/node_modules/**"],
          server,
        },
      },
      {
        test: {
          name: "system",
          // Loading wrangler anew for each file would cost as much as starting its mesh; files share nothing else.
          isolate: false,
          include: ["tooling/system/**/*.test.ts"],
          testTimeout: 60_000,
          hookTimeout: 180_000,
          globalSetup: "tooling/system/setup.ts",
          // They wait more than they work: one file alone keeps a third of a core busy.
          maxWorkers: 5,
          sequence: { groupOrder: 1 },
          server,
        },
      },
      {
        test: {
          name: "sim",
          include: ["tooling/sim/**/*.test.ts"],
          setupFiles: "tooling/sim/give-way.ts",
          testTimeout: 300_000,
          // Each file has a thread per core.
          maxWorkers: 1,
          sequence: { groupOrder: 2 },
        },
      },
    ],
  },
});
