import * as z from "zod";
import { add, isZero, subtract } from "#contracts/decimal";
import type { DaySummary } from "#contracts/telegram";
import type { OpsDeps } from "./deps.ts";
import { within } from "./within.ts";

/**
 * Positions carry what they have earned since their ledger began. What a day has earned is the difference to
 * the totals of the summary before, which are kept in KV.
 */
const TOTALS_KEY = "summary:totals";
const totals = z.object({
  date: z.string(),
  positions: z.record(z.string(), z.object({ realised: z.string(), fees: z.string() })),
});

type Positions = DaySummary["positions"];
type Deps = Pick<OpsDeps, "config" | "timeoutMs" | "log">;

export interface Profits {
  /** The summary that it is counted from; absent for "since the beginning". */
  since?: string;
  realised: string;
  fees: string;
  /** Positions that have earned or paid something, the largest symbols first by name. */
  positions: { name: string; realised: string; fees: string }[];
}

export async function profitsSince(positions: Positions, date: string, deps: Deps): Promise<Profits> {
  const before = await readTotals(deps);
  // Told again on the same day: the totals of this day are no beginning for it.
  const from = before !== undefined && before.date < date ? before : undefined;
  const changed = positions
    .map((position) => {
      const name = nameOf(position);
      const was = from?.positions[name] ?? { realised: "0", fees: "0" };
      return {
        name,
        realised: subtract(position.realised_profit, was.realised),
        fees: subtract(position.fees, was.fees),
      };
    })
    .filter(({ realised, fees }) => !isZero(realised) || !isZero(fees))
    .toSorted((a, b) => a.name.localeCompare(b.name));
  const sum = (of: (each: (typeof changed)[number]) => string): string =>
    changed.reduce((total, each) => add(total, of(each)), "0");
  return {
    ...(from ? { since: from.date } : {}),
    realised: sum((each) => each.realised),
    fees: sum((each) => each.fees),
    positions: changed,
  };
}

export async function rememberTotals(positions: Positions, date: string, deps: Deps): Promise<void> {
  const kept = Object.fromEntries(
    positions.map((position) => [nameOf(position), { realised: position.realised_profit, fees: position.fees }]),
  );
  await within(deps.timeoutMs, "KV", deps.config.put(TOTALS_KEY, JSON.stringify({ date, positions: kept })));
}

async function readTotals(deps: Deps): Promise<z.infer<typeof totals> | undefined> {
  const text = await within(deps.timeoutMs, "KV", deps.config.get(TOTALS_KEY));
  if (text === null) return undefined;
  const parsed = totals.safeParse(JSON.parse(text));
  if (!parsed.success) deps.log("warn", "summary.totals_unread", `the KV key ${TOTALS_KEY} holds something else`);
  return parsed.data;
}

function nameOf({ account, venue, symbol }: Positions[number]): string {
  return `${symbol} ${account}:${venue}`;
}
