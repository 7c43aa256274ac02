import { add, isPositive, subtract, type Decimal } from "#contracts/decimal";
import { askPerson, LEFT_TO_A_PERSON } from "./exposure.ts";
import { dropLeg } from "./outcome.ts";
import { opposite, type LegRow, type SignalRow } from "./rows.ts";
import { attemptBackoff, MAX_EMERGENCY_CLOSES, openTellBackoff } from "./times.ts";
import type { Tx } from "./tx.ts";

/** Plans `x` to close what an entry filled, or raises the one that is planned already. */
export function planEmergency(
  tx: Tx,
  row: SignalRow,
  quantity: Decimal,
  of: { against: Pick<LegRow, "side"> } | { after: LegRow },
): void {
  if (row.emergency === LEFT_TO_A_PERSON) return;
  const earlier = tx.legs(row.request_id).filter((leg) => leg.role === "emergency");
  const waiting = earlier.find((leg) => leg.status === "planned");
  tx.touch(row);
  // What others close of it meanwhile must be known to be closed.
  tx.update(row, { guarding: 1 });
  if (waiting) {
    tx.updateLeg(waiting, { quantity: add(waiting.quantity ?? "0", quantity) });
    return;
  }
  // What filled was a part of what is to be closed, not a failure; nor is what was not needed any more.
  if (
    earlier.filter((leg) => leg.status !== "dropped" && leg.order_status !== "filled").length >= MAX_EMERGENCY_CLOSES
  ) {
    tx.update(row, {
      guarding: 1,
      emergency: LEFT_TO_A_PERSON,
      warnings: 1,
      warn_at: tx.now + openTellBackoff(1),
    });
    return askPerson(tx, row);
  }
  if (row.warn_at === null) tx.update(row, { warnings: 0, warn_at: tx.now + openTellBackoff(0) });
  const side = "against" in of ? opposite(of.against.side) : of.after.side;
  const due_at = "after" in of ? tx.now + attemptBackoff(earlier.length) : tx.now;
  addEmergency(tx, row, { side, quantity, due_at });
}

/** Remembers what of a close is not sent because nothing of it seems open: what is heard later may give it back. */
export function rememberUnneeded(tx: Tx, row: SignalRow, leg: LegRow, sent: Decimal): void {
  const quantity = subtract(leg.quantity ?? sent, sent);
  if (!isPositive(quantity)) return;
  dropLeg(tx, addEmergency(tx, row, { side: leg.side, quantity }), null, "nothing is left to close");
}

function addEmergency(tx: Tx, row: SignalRow, of: Pick<LegRow, "side"> & Partial<LegRow>): LegRow {
  const number = tx.legs(row.request_id).filter((leg) => leg.role === "emergency").length + 1;
  const leg = number === 1 ? "x" : `x${number}`;
  return tx.addLeg({ ...of, leg, ord: 2_000 + number, role: "emergency" }, row);
}
