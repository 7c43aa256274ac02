import type { Task } from "#contracts/ledger";
import { clientIdOf, closes, isMain, isOpen, isWorking, locksBalance, type LegRow, type SignalRow } from "./rows.ts";
import { askBackoff } from "./times.ts";
import type { Tx } from "./tx.ts";
import { actionWords } from "./words.ts";

/**
 * What is to be done at the venue, in order. A leg that was ever sent and of which nothing final is known is
 * asked for, never placed; entry and close need `place`, the right of the lane's head.
 */
export function tasksOf(tx: Tx, row: SignalRow, of: { placeMain: boolean }): Task[] {
  const legs = tx.legs(row.request_id);
  const placing = of.placeMain && legs.some((leg) => isMain(leg) && leg.status === "planned");
  const clearing = row.is_exit === 1 && placing ? clearWay(tx, row) : [];
  const cancels = legs.filter((leg) => leg.cancel_reason !== null && isOpen(leg)).map((leg) => taskFor(leg, "cancel"));
  const work: Task[] = [];
  for (const leg of legs) {
    if (leg.cancel_reason !== null) continue;
    if (leg.status === "in_doubt" || leg.status === "sending") work.push(taskFor(leg, "ask"));
    else if (leg.status === "planned" && (isMain(leg) ? placing : leg.due_at <= tx.now))
      work.push(taskFor(leg, "place"));
    else if (isWorking(leg)) work.push(taskFor(leg, "ask"));
  }
  // On spot an old protective order must let go of the balance first; elsewhere the new one comes first,
  // so that the position is never without.
  return locksBalance(row.symbol) ? [...clearing, ...cancels, ...work] : [...clearing, ...work, ...cancels];
}

/** An exit takes the older entries of its side off the venue; on spot also the orders that lock the balance. */
function clearWay(tx: Tx, exit: SignalRow): Task[] {
  const reason = `Superseded by a later ${actionWords(exit)} (${exit.request_id}).`;
  return tx
    .liveLegs(exit.symbol)
    .filter((leg) => leg.seq < exit.seq && isOpen(leg) && isInTheWay(leg, exit))
    .map((leg) => {
      if (leg.cancel_reason === null) {
        tx.updateLeg(leg, {
          cancel_reason: reason,
          cancel_outcome: "superseded",
          asks: 0,
          due_at: tx.now + askBackoff(0),
        });
      }
      tx.touched.add(leg.request_id);
      return taskFor(leg, "cancel");
    });
}

function isInTheWay(leg: LegRow, exit: SignalRow): boolean {
  if (leg.role === "entry") return closes(exit.action, leg.side);
  const protective = leg.role === "stop" || leg.role === "target";
  return protective && locksBalance(leg.symbol) && closes(exit.action, leg.side === "sell" ? "buy" : "sell");
}

function taskFor(leg: LegRow, action: Task["do"]): Task {
  return { do: action, clientOrderId: clientIdOf(leg), symbol: leg.symbol, leg: leg.leg, role: leg.role };
}
