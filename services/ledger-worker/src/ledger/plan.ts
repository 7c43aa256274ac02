import { isZero } from "#contracts/decimal";
import type { Side } from "#contracts/signal";
import { positionOf } from "./positions.ts";
import { addMain } from "./main-legs.ts";
import { entrySide, isMain, opposite, type SignalRow } from "./rows.ts";
import { openAgainst } from "./sizing.ts";
import { planTarget, raisedSide, targetOf } from "./target.ts";
import type { Tx } from "./tx.ts";

/** Plans the entry and close that an action means, once; sizes are read when they are sent. */
export function planMain(tx: Tx, row: SignalRow): void {
  if (tx.legs(row.request_id).some(isMain)) return;
  const target = targetOf(tx, row);
  if (target !== undefined) return planTarget(tx, row, target);
  const side = entrySide(row.action);
  if (side === undefined) {
    addMain(tx, row, { role: "close", side: closingSide(tx, row) });
    return;
  }
  if (reverses(tx, row)) planClose(tx, row, side);
  addMain(tx, row, { role: "entry", side });
}

/** `long` and `short` close an opposite position before they open; true while there is one. */
export function reverses(tx: Tx, row: SignalRow): boolean {
  return entrySide(row.action) !== undefined && turnsAround(tx, row);
}

/** As {@link reverses}, and of a target, too. */
export function turnsAround(tx: Tx, row: SignalRow): boolean {
  const side = raisedSide(tx, row);
  if (side === undefined || row.action === "buy" || row.action === "sell") return false;
  return !isZero(openAgainst(tx, row.symbol, side));
}

/** The close before the entry of a reversal trades on the entry's side. */
export function planClose(tx: Tx, row: SignalRow, side: Side): void {
  addMain(tx, row, { role: "close", side });
}

/** The side that an exit trades on: `close` closes whichever is open now. */
export function closingSide(tx: Tx, row: Pick<SignalRow, "action" | "symbol">): Side {
  if (row.action === "close_long") return "sell";
  if (row.action === "close_short") return "buy";
  return opposite(positionOf(tx, row.symbol).quantity.startsWith("-") ? "sell" : "buy");
}
