import { describe, expect, it } from "vitest";
import { absolute, add, compare, isZero, subtract, type Decimal } from "#contracts/decimal";
import type { BookedOrder } from "../testing/honest-venue.ts";
import { RandomDay } from "../testing/random-day.ts";

/** `HOOX_TEST_DAYS=3000` after a change of what guards, closes or counts: some mistakes show on one day of thousands. */
const DAYS = Number(process.env["HOOX_TEST_DAYS"] ?? 20);
const FIRST = Number(process.env["HOOX_TEST_FIRST_DAY"] ?? 1);
const days = Array.from({ length: DAYS }, (_, index) => FIRST + index);

const unfilled = (all: readonly BookedOrder[]): Decimal =>
  all.reduce((sum, { order, filled }) => add(sum, subtract(order.quantity, filled)), "0");

/** What is wrong at rest, before anything is closed. */
async function wrongAtRest(day: RandomDay, of: { symbol: string; guarded: boolean }): Promise<string[]> {
  const { venue, desk } = day;
  const open = await day.held();
  const wrong: string[] = [];
  if (compare(open, venue.position) !== 0) wrong.push(`the ledger holds ${open}, the exchange ${venue.position}`);
  const closing = compare(open, "0") > 0 ? "sell" : "buy";
  const guards = venue.resting.filter(({ order }) => order.type === "stop" || order.type === "take_profit");
  if (guards.some(({ order }) => isZero(open) || order.side !== closing))
    wrong.push("a stop or a target guards nothing");
  const stops = unfilled(guards.filter(({ order }) => order.type === "stop"));
  const titles = await desk.titles();
  const told = (what: string): boolean => titles.some((title) => title.startsWith(what));
  const isLarger = told("Stop rejected, the larger one stands");
  if (compare(stops, absolute(open)) > 0 && !isLarger) wrong.push(`stops of ${stops} guard ${open}`);
  // At spot what rests to be sold can have no stop beside it.
  const sales = of.symbol.endsWith(".P")
    ? []
    : venue.resting.filter(({ order }) => order.side === "sell" && order.type === "limit");
  const isBare = compare(add(stops, unfilled(sales)), absolute(open)) < 0;
  if (of.guarded && isBare && !told("Close it by hand")) wrong.push(`stops of ${stops} guard ${open}`);
  return wrong;
}

async function wrongOnceClosed(day: RandomDay): Promise<string[]> {
  const { venue } = day;
  const wrong: string[] = [];
  if (!isZero(venue.position)) wrong.push(`a close left ${venue.position} open`);
  const open = await day.held();
  if (compare(open, venue.position) !== 0) wrong.push(`the ledger holds ${open}, the exchange ${venue.position}`);
  if (venue.resting.length > 0) wrong.push(`a close left ${venue.resting.map(({ order }) => order.type).join(", ")}`);
  return wrong;
}

describe.each(["BTCUSDT.P", "BTCUSDT"])("after a day on which everything goes wrong, in %s", (symbol) => {
  it(
    "the ledger is right, what is open is guarded, and a close leaves nothing",
    { timeout: DAYS * 3_000 },
    async () => {
      const wrong: string[] = [];
      for (const seed of days) {
        const kind = { symbol, guarded: seed % 2 === 0 };
        const day = new RandomDay(seed, kind);
        await day.pass();
        await day.comeToRest();
        const before = await wrongAtRest(day, kind);
        await day.closeEverything();
        await day.comeToRest();
        wrong.push(...[...before, ...(await wrongOnceClosed(day))].map((what) => `day ${seed}: ${what}`));
      }
      expect(wrong).toEqual([]);
    },
  );
});
