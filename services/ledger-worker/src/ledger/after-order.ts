import { add, compare, isPositive, isZero, subtract, type Decimal } from "#contracts/decimal";
import { planRest, uncut } from "./at-once.ts";
import { CLOSES_ITSELF, type Details } from "./details.ts";
import { planEmergency } from "./emergency.ts";
import { CLOSING, GUARDED, isCovered } from "./exposure.ts";
import { legHeadline } from "./headline.ts";
import { wantsGuard } from "./guardable.ts";
import { giveBack, restOf } from "./holdings.ts";
import { closesEverything } from "./lane.ts";
import { isFollowing } from "./main-legs.ts";
import { notify } from "./messages.ts";
import {
  closes,
  COUNTS_IN_PART,
  COUNTS_TOWARD_TARGET,
  isMain,
  isOpen,
  locksBalance,
  type LegRow,
  type SignalRow,
} from "./rows.ts";
import { endGuard } from "./protection.ts";
import { onlyReduces } from "./sizing.ts";
import type { Tx } from "./tx.ts";
import { roleWords } from "./words.ts";

/** What follows in the ledger from what the venue has just said of an order, which the leg shows already. */
export function afterOrder(tx: Tx, row: SignalRow, leg: LegRow, of: { grown: Decimal; wasOpen: boolean }): void {
  const { order_status: status } = leg;
  if (status === "rejected" && isZero(leg.filled_quantity)) afterRefusal(tx, row, leg, { tooSmall: false });
  if (isPositive(of.grown)) afterFill(tx, row, leg, of);
  planRest(tx, row, leg);
  const isOver =
    status === "cancelled" || status === "expired" || (status === "rejected" && !isZero(leg.filled_quantity));
  // Of an entry that could not be guarded the review plans what is left to close.
  if (isOver && leg.role === "emergency" && row.emergency === GUARDED) {
    const left = subtract(add(leg.quantity ?? "0", leg.rest ?? "0"), leg.filled_quantity);
    if (isPositive(left)) planEmergency(tx, row, left, { after: leg });
  }
}

/** `tooSmall`: the venue trades no order of so little. */
export function afterRefusal(tx: Tx, row: SignalRow, leg: LegRow, { tooSmall }: { tooSmall: boolean }): void {
  if (isMain(leg)) return;
  const why = [{ label: "Venue", value: leg.reason ?? "rejected" }];
  // Reduce-only orders of perpetuals may be as small as they like.
  const isDust = tooSmall && locksBalance(leg.symbol);
  if (leg.role === "emergency" && isDust && !isSoldWithMore(tx, row, leg)) return leaveDust(tx, row, leg, why);
  if (leg.role === "emergency") {
    notify(tx, row, "critical", `Emergency close rejected: ${leg.symbol} is still open · ${tx.ledger}`, [
      ...why,
      { label: "Next", value: "Nothing yet: it is tried again, and you are asked to close it by hand if that fails." },
    ]);
    planEmergency(tx, row, uncut(leg).quantity ?? "0", { after: leg });
    return;
  }
  if (leg.role === "target") {
    notify(tx, row, "warning", `Target rejected and given up: ${leg.symbol} · ${tx.ledger}`, why);
    return;
  }
  // Refused with its target: alone it may be taken.
  if (leg.mate !== null) return;
  if (hasOtherParts(tx, row, leg)) {
    notify(tx, row, "warning", `Targets given up, one stop guards all: ${leg.symbol} · ${tx.ledger}`, why);
    return tx.update(row, { untargeted: 1, guarding: 1 });
  }
  if (isCovered(tx, row))
    return notify(tx, row, "warning", `Stop rejected, the larger one stands: ${leg.symbol} · ${tx.ledger}`, why);
  const severity = isDust ? "warning" : "critical";
  notify(tx, row, severity, `${roleWords(leg)} rejected, closing the position: ${leg.symbol} · ${tx.ledger}`, [
    ...why,
    CLOSES_ITSELF,
  ]);
  tx.update(row, { emergency: CLOSING, guarding: 1 });
}

/** True while more of its entry is to be closed, together with which the next close may be large enough. */
function isSoldWithMore(tx: Tx, row: SignalRow, { quantity }: LegRow): boolean {
  const entry = tx.leg(row.request_id, "e");
  return row.emergency === CLOSING && entry !== undefined && compare(restOf(tx, row, entry), quantity ?? "0") > 0;
}

/** What is worth less than the venue trades nobody can sell, a person neither: it goes with the next sale of the coin. */
function leaveDust(tx: Tx, row: SignalRow, leg: LegRow, why: Details): void {
  const what = `${leg.quantity ?? ""} ${leg.symbol} · ${tx.ledger}`;
  notify(tx, row, "warning", `Too little to be sold, left as it is: ${what}`, [
    ...why,
    { label: "Next", value: "Nothing: the next exit of this symbol that is large enough sells it, too." },
  ]);
  // What its entry holds beside a fill that came too late is guarded on.
  if (row.emergency === CLOSING) endGuard(tx, row, "What is left is too little to be sold.");
}

/** True where a part of the position, too small for a stop of its own, may be guarded together with the others. */
function hasOtherParts(tx: Tx, row: SignalRow, { symbol }: LegRow): boolean {
  if (!locksBalance(symbol) || row.untargeted === 1) return false;
  return tx.legs(row.request_id).some((leg) => leg.target !== null && isOpen(leg));
}

function afterFill(tx: Tx, row: SignalRow, leg: LegRow, of: { grown: Decimal; wasOpen: boolean }): void {
  const { grown, wasOpen } = of;
  if (onlyReduces(tx, leg)) giveBack(tx, leg, grown);
  if (leg.role === "entry") {
    if (wantsGuard(tx.bodyOf(row))) tx.update(row, { guarding: 1 });
    const opens = locksBalance(leg.symbol) ? leg.side === "buy" : !onlyReduces(tx, leg);
    // Unless what cancelled it was still waiting and counts it.
    const isCounted =
      (leg.cancel_counts === COUNTS_TOWARD_TARGET && wasOpen) ||
      (leg.cancel_counts === COUNTS_IN_PART && awaitsExitOfPart(tx, leg));
    if (opens && leg.cancel_outcome === "superseded" && !isCounted) {
      notify(
        tx,
        row,
        "critical",
        `Filled after its exit, closing it: ${leg.side} ${grown} ${leg.symbol} · ${tx.ledger}`,
        [CLOSES_ITSELF],
      );
      planEmergency(tx, row, grown, { against: leg });
    }
  } else if (!isMain(leg) && leg.order_status === "filled") {
    notify(tx, row, "info", legHeadline(tx, leg), [], [leg]);
  }
}

/** True while a later exit is to be sent, which then closes its part of all that is open. */
function awaitsExitOfPart(tx: Tx, entry: LegRow): boolean {
  return tx.liveLegs(entry.symbol).some((leg) => {
    if (leg.role !== "close" || leg.status !== "planned" || isFollowing(leg) || leg.seq < entry.seq) return false;
    const exit = tx.signal(leg.request_id);
    return exit?.is_exit === 1 && closes(exit.action, entry.side) && !closesEverything(tx.bodyOf(exit));
  });
}
