import { databaseRoutes } from "#contracts/routes/database";
import { mintRequestId } from "#runtime/request-id";
import { claim } from "../claims.ts";
import type { OpsDeps } from "../deps.ts";
import { readSummaryConfig } from "../kept.ts";
import { profitsSince, rememberTotals } from "../profits.ts";
import { localTime } from "../local-time.ts";
import { summaryOf } from "../summary-words.ts";

const DAY_MS = 86_400_000;

/**
 * Once a day, at the first minute of the configured hour that the cron runs in or after: the day's claim
 * keeps a second one from telling it again, and a missed minute only delays it.
 */
export async function tellDay(
  at: Date,
  deps: Pick<OpsDeps, "database" | "producer" | "config" | "timeoutMs" | "log" | "claimed">,
): Promise<void> {
  const config = await readSummaryConfig(deps);
  const local = localTime(at, config.timeZone);
  const id = `summary/${local.date}`;
  if (!config.enabled || local.hour < config.hour) return;
  const requestId = mintRequestId();
  if ((await claim([id], { at, requestId }, deps)).length === 0) return;
  const query = { from: new Date(at.getTime() - DAY_MS).toISOString(), to: at.toISOString() };
  const day = await deps.database.ask(databaseRoutes.day, { requestId, query, timeoutMs: 30_000 });
  const profits = await profitsSince(day.positions, local.date, deps);
  const notification = { ...summaryOf(day, profits, local.date), at };
  await deps.producer.send("notifications", "notification.requested", notification, { requestId, id });
  await rememberTotals(day.positions, local.date, deps);
}
