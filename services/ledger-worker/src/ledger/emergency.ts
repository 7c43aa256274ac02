import { add, type Decimal } from "#contracts/decimal";
import { notify } from "./messages.ts";
import { opposite, type LegRow, type SignalRow } from "./rows.ts";
import { attemptBackoff, MAX_EMERGENCY_CLOSES } from "./times.ts";
import type { Tx } from "./tx.ts";

/** Plans `x` to close what an entry filled, or raises the one that is planned already. */
export function planEmergency(
  tx: Tx,
  row: SignalRow,
  quantity: Decimal,
  of: { against: LegRow } | { after: LegRow },
): void {
  const earlier = tx.legs(row.request_id).filter((leg) => leg.role === "emergency");
  const waiting = earlier.find((leg) => leg.status === "planned");
  tx.touch(row);
  if (waiting) {
    tx.updateLeg(waiting, { quantity: add(waiting.quantity ?? "0", quantity) });
    return;
  }
  if (earlier.length >= MAX_EMERGENCY_CLOSES) {
    tx.update(row, { guarding: 0 });
    notify(
      tx,
      row,
      "critical",
      `Close it by hand: ${earlier.length} emergency closes of ${row.symbol} failed · ${tx.ledger}`,
    );
    return;
  }
  const number = earlier.length + 1;
  tx.addLeg(
    {
      leg: number === 1 ? "x" : `x${number}`,
      ord: 2_000 + number,
      role: "emergency",
      side: "against" in of ? opposite(of.against.side) : of.after.side,
      quantity,
      due_at: "after" in of ? tx.now + attemptBackoff(earlier.length) : tx.now,
    },
    row,
  );
}
