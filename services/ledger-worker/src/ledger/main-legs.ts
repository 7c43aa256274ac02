import type { Decimal } from "#contracts/decimal";
import type { Side } from "#contracts/signal";
import type { LegRow, SignalRow } from "./rows.ts";
import type { Tx } from "./tx.ts";

/** Behind every close of its signal. */
const ENTRY_ORD = 99;

/** The order that decides what a signal has closed: of several, each follows when the one before it has filled. */
export function lastClose(tx: Tx, requestId: string): LegRow | undefined {
  return tx.legs(requestId).findLast((leg) => leg.role === "close");
}

/** True for a close that goes on with what an order before it was cut of. */
export function isFollowing({ role, leg }: Pick<LegRow, "role" | "leg">): boolean {
  return role === "close" && leg !== "c";
}

/** A net order that was cut goes on as closes after it; those before it have made way for it. */
export function withFollowing(entry: LegRow, main: readonly LegRow[]): LegRow[] {
  return main.filter((leg) => leg === entry || leg.planned_at >= (entry.sent_at ?? Infinity));
}

/** Plans the entry of a signal or its (next) close; with a quantity it goes on with what was cut. */
export function addMain(
  tx: Tx,
  row: SignalRow,
  of: { role: "entry" | "close"; side: Side; quantity?: Decimal },
): LegRow {
  if (of.role === "entry") return tx.addLeg({ ...of, leg: "e", ord: ENTRY_ORD }, row);
  const before = lastClose(tx, row.request_id);
  // What goes on with a net order is its second part.
  const first = of.quantity === undefined ? 1 : 2;
  const number = before === undefined ? first : numberOf(before) + 1;
  return tx.addLeg({ ...of, leg: number === 1 ? "c" : `c${number}`, ord: number - 1 }, row);
}

/** By its name and not by counting: one that was never sent may have been removed. */
function numberOf({ leg }: LegRow): number {
  return leg === "c" ? 1 : Number(leg.slice(1));
}
