import { absolute, isPositive, maximum, subtract, type Decimal } from "#contracts/decimal";
import type { PaperOrder } from "../../../services/trade-worker/src/venues/paper/rpc.ts";
import type { Mesh } from "../mesh/mesh.ts";
import type { Finding, Invariant } from "./invariant.ts";
import { isLeftToPerson } from "./left-to-person.ts";
import { openPositions, requestOf, sum } from "./open-positions.ts";

/**
 * What is told as being closed, because it cannot be guarded or filled after its exit, is closed or left to a person: what
 * is open at most is what others opened, and what its entry had filled before its exit.
 */
export const emergenciesEnd: Invariant = {
  name: "what could not be guarded is closed",
  check: (mesh) =>
    openPositions(mesh).flatMap(({ ledger, venue, symbol, quantity, orders, entries }): Finding[] => {
      const most = sum(entries.map((order) => mayStay(mesh, order)));
      const left = subtract(subtract(absolute(quantity), most), venue.dustOf(symbol));
      if (!isPositive(left) || isLeftToPerson(mesh, orders) || isToldOpen(mesh, { ledger, symbol })) return [];
      return [{ expected: `${ledger} has closed all but ${most} ${symbol}`, found: `${quantity} is open` }];
    }),
};

/** Whether an exit was told as not executed: an emergency close leaves to it what it was about to close. */
function isToldOpen(mesh: Mesh, { ledger, symbol }: { ledger: string; symbol: string }): boolean {
  const titles = [...mesh.telegram.told.values()].flat().map(({ title }) => title);
  return titles.some(
    (title) => title.startsWith("Not closed") && title.includes(` ${symbol},`) && title.endsWith(` · ${ledger}`),
  );
}

/** What an entry filled, less what its trader was told is being closed of it. */
function mayStay(mesh: Mesh, order: PaperOrder): Decimal {
  // A message may be told twice.
  const told = new Map((mesh.telegram.told.get(requestOf(order)) ?? []).map(({ id, title }) => [id, title]));
  const titles = [...told.values()];
  if (titles.some((title) => title.includes(", closing the position"))) return "0";
  const left = titles
    .flatMap((title) => /^Filled after its exit, closing it: \w+ (\S+)/.exec(title)?.[1] ?? [])
    .reduce((rest, late) => subtract(rest, late), order.filledQuantity);
  return maximum(left, "0");
}
