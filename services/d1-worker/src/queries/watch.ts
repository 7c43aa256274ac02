import type * as z from "zod";
import type { databaseRoutes } from "#contracts/routes/database";
import type { Deps } from "../ports.ts";
import { usualSilence } from "./cadence.ts";
import { quantile } from "./quantile.ts";

type Route = typeof databaseRoutes.watch;

const WINDOW_MS = 15 * 60_000;
/** The latest log lines and signals that are looked at: a question a minute must stay cheap, however much there is. */
const LOOKED_AT = 5_000;
const ALERTS = 200;

/** What the monitor asks each minute. */
export async function watchFacts(
  { cadence }: z.infer<Route["body"]>,
  deps: Pick<Deps, "database" | "now">,
): Promise<z.infer<Route["reply"]>> {
  const now = deps.now();
  const since = new Date(now.getTime() - WINDOW_MS).toISOString();
  const [samples = [], letters = [], waits = [], ...silences] = await deps.database.batch([
    { sql: "SELECT max(created_at) AS at FROM queue_samples WHERE queue = 'records'", params: [] },
    {
      sql: "SELECT count(*) AS count FROM dead_letters WHERE status = 'open' AND class = 'unexplained'",
      params: [],
    },
    {
      sql: `SELECT fields->>'ms' AS ms FROM (SELECT event, created_at, fields FROM system_logs ORDER BY cursor DESC LIMIT ${LOOKED_AT})
        WHERE event = 'alert.accepted' AND created_at >= ?`,
      params: [since],
    },
    ...cadence.map((strategy) => ({
      sql: `SELECT created_at FROM (SELECT strategy, created_at, outcome FROM signals ORDER BY created_at DESC LIMIT ${LOOKED_AT})
        WHERE strategy = ? AND outcome IS NOT 'duplicate' LIMIT ${ALERTS}`,
      params: [strategy],
    })),
  ]);
  const sampledAt = samples[0]?.["at"];
  return {
    ...(typeof sampledAt === "string" ? { sampledAt } : {}),
    unexplained: Number(letters[0]?.["count"] ?? 0),
    acknowledgement: p99Of(waits.map((row) => Number(row["ms"]))),
    cadence: cadence.flatMap((strategy, index) => {
      const times = (silences[index] ?? []).map((row) => Date.parse(String(row["created_at"])));
      const usualMs = usualSilence(times);
      return usualMs === undefined ? [] : [{ strategy, lastAt: new Date(times[0] ?? 0).toISOString(), usualMs }];
    }),
  };
}

function p99Of(values: readonly number[]): { count: number; p99Ms: number } {
  const sorted = values.filter(Number.isFinite).toSorted((a, b) => a - b);
  return { count: sorted.length, p99Ms: quantile(sorted, 0.99) ?? 0 };
}
