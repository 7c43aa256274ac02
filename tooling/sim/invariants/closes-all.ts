import { absolute, compare, isNegative, isPositive, subtract, type Decimal } from "#contracts/decimal";
import { parseClientOrderId } from "#contracts/ids";
import type { PaperOrder } from "../../../services/trade-worker/src/venues/paper/rpc.ts";
import type { Accepted } from "../history.ts";
import type { Mesh } from "../mesh/mesh.ts";
import type { Finding, Invariant } from "./invariant.ts";
import { isLeftToPerson } from "./left-to-person.ts";
import { unfilled } from "./open-positions.ts";

/**
 * Where the last word of a lane was to close everything and that is told as filled, nothing is open, unless the venue ended
 * one of its orders before it had filled, an older order that was to close a part was in doubt, or under way and ended by
 * the venue, and is told by itself, or a person was asked to close what is left.
 */
export const closesAll: Invariant = {
  name: "what is told as closed is closed",
  async check(mesh) {
    const findings: Finding[] = [];
    for (const exit of lastWords(mesh)) {
      const venue = mesh.venues.get(exit.ledger);
      const told = await mesh.ledger(exit.ledger).find({ v: 1, requestId: exit.requestId });
      if (venue === undefined || told?.outcome !== "filled") continue;
      const { orders, positions } = venue.book();
      const { symbol, action } = exit.signal;
      const ofLane = orders.filter((each) => each.symbol === symbol);
      const own = ofLane.filter((each) => parseClientOrderId(each.clientOrderId)?.requestId === exit.requestId);
      if (own.some(({ status }) => status !== "filled") || isLeftToPerson(mesh, ofLane)) continue;
      const held = positions.find((each) => each.symbol === symbol)?.quantity ?? "0";
      const isClosed =
        action === "close_long" ? !isPositive(held) : action === "close_short" ? !isNegative(held) : false;
      const left = subtract(absolute(held), unfilledBefore(own, ofLane));
      if (isClosed || compare(left, venue.dustOf(symbol)) <= 0) continue;
      findings.push({ expected: `${exit.requestId} closed all of ${exit.lane}`, found: `${held} is open` });
    }
    return findings;
  },
};

/** What older orders of the same side were to close and did not. */
function unfilledBefore([first]: readonly PaperOrder[], ofLane: readonly PaperOrder[]): Decimal {
  if (first === undefined) return "0";
  const older = ofLane.slice(0, ofLane.indexOf(first));
  return unfilled(
    older.filter(({ side, type, status }) => side === first.side && type === "market" && status !== "filled"),
  );
}

/** Full exits after which their lane accepted nothing, and nothing was replayed. */
function lastWords({ history }: Mesh): Accepted[] {
  const doubtful = new Set(
    history.permits.filter(({ inDoubt }) => inDoubt.length > 0).map(({ requestId }) => requestId),
  );
  const replayed = new Set(history.revivals.map(({ requestId }) => history.accepted.get(requestId)?.lane));
  return [...Map.groupBy(history.accepted.values(), ({ lane }) => lane).values()].flatMap((all) => {
    const last = all.toSorted((a, b) => a.seq - b.seq).at(-1);
    const isFull = last?.exit === true && last.signal.quantity === undefined && last.signal.size === undefined;
    return last !== undefined && isFull && !replayed.has(last.lane) && !doubtful.has(last.requestId) ? [last] : [];
  });
}
