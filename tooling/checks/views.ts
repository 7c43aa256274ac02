import { originOf } from "#queues/registry";
import type { Finding } from "./check.ts";

/** A part of all checks, as one command shows or mends it. */
export interface View {
  checks: readonly string[];
  /** Which of their findings; all when absent. */
  only?: (finding: Finding) => boolean;
  /** Findings about it alone, and what could not be seen of it or of the whole. */
  worker?: string;
}

/** `hoox check <name>`; `hoox doctor` is all. */
export const checkViews = {
  /** Beside the Workers' own word, which the command shows as a table. */
  health: { checks: ["workers", "monitor", "clock"] },
  config: {
    checks: [
      "registry",
      "storage",
      "bindings",
      "crons",
      "addresses",
      "consumer-settings",
      "delivery",
      "delay",
      "retention",
      "kv-values",
      "kv-lag",
    ],
  },
  setup: {
    checks: [
      "state",
      "dev-vars",
      "databases",
      "namespaces",
      "buckets",
      "queues",
      "migrations",
      "workers",
      "crons",
      "secrets",
      "consumers",
    ],
  },
  prerequisites: { checks: ["node", "packages", "port", "clock", "token", "permissions"] },
} as const satisfies Record<string, View>;

/** `hoox repair <name>`. */
export const repairViews = {
  infra: { checks: ["databases", "namespaces", "buckets", "queues", "storage"] },
  secrets: { checks: ["dev-vars", "secrets"] },
  kv: { checks: ["namespaces", "storage", "kv-values", "kv-lag"] },
  db: { checks: ["databases", "migrations", "storage"] },
  queues: { checks: ["queues", "consumers", "consumer-settings", "delivery", "delay", "retention"] },
  dlq: {
    checks: ["queues", "consumers", "consumer-settings", "delivery", "delay", "retention", "letters"],
    only: ({ which }) => originOf(which) !== undefined || which === "dead letters",
  },
} as const satisfies Record<string, View>;

/** `hoox queues apply`: a queue that somebody paused stays paused. */
export const queuesApplied: View = { checks: ["queues", "consumers", "consumer-settings", "delay", "retention"] };

/** `hoox repair worker <name>`. */
export function workerView(worker: string): View {
  return {
    checks: ["workers", "storage", "bindings", "crons", "addresses", "answers", "monitor"],
    worker,
  };
}
