import { databaseRoutes } from "#contracts/routes/database";
import type { OpsDeps } from "./deps.ts";

/** As long as d1-worker holds a claim whose notification was never told. */
const HOLDS_MS = 30 * 60_000;
const AT_ONCE = 100;

/**
 * Those of these ids of notifications that this cron, and no other, may send now. What was asked for lately
 * is not asked for again: whoever got it has sent it or will lose it.
 */
export async function claim(
  ids: readonly string[],
  of: { at: Date; requestId: string },
  deps: Pick<OpsDeps, "database" | "claimed">,
): Promise<string[]> {
  const at = of.at.getTime();
  for (const [id, asked] of deps.claimed) if (at - asked >= HOLDS_MS) deps.claimed.delete(id);
  const asking = ids.filter((id) => !deps.claimed.has(id)).slice(0, AT_ONCE);
  if (asking.length === 0) return [];
  const body = { ids: asking };
  const { granted } = await deps.database.ask(databaseRoutes.claim, { requestId: of.requestId, body });
  for (const id of asking) deps.claimed.set(id, at);
  return granted;
}
