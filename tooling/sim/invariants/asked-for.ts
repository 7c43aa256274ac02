import { compare } from "#contracts/decimal";
import { parseClientOrderId } from "#contracts/ids";
import { isExit } from "#contracts/signal";
import type { Invariant } from "./invariant.ts";

/** Every order in a venue's book belongs to an accepted signal of that ledger, its entry is for the side and quantity asked. */
export const askedFor: Invariant = {
  name: "nothing that nobody asked for",
  check(mesh) {
    // Every id that the gateway minted for a sender is called after the alert.
    const invented = [...mesh.history.accepted.values()]
      .filter(({ requestId }) => !mesh.world.labels.has(requestId))
      .map(({ requestId, lane }) => ({ expected: `${requestId} came from a sender`, found: `accepted in ${lane}` }));
    const orders = [...mesh.venues].flatMap(([ledger, venue]) =>
      venue.book().orders.flatMap((order) => {
        const named = parseClientOrderId(order.clientOrderId);
        const accepted = named && mesh.history.accepted.get(named.requestId);
        const what = `${ledger}: ${order.side} ${order.quantity} ${order.symbol} (${order.clientOrderId})`;
        if (named === undefined || accepted?.ledger !== ledger || accepted.signal.symbol !== order.symbol)
          return [{ expected: `${what} belongs to a signal accepted there`, found: accepted?.lane ?? "nothing" }];
        const { signal } = accepted;
        if (named.leg !== "e") {
          // A reversal's close and protection may only reduce; spot knows no such flag.
          const reduces = order.reduceOnly || !order.symbol.endsWith(".P");
          return reduces ? [] : [{ expected: `${what} only reduces`, found: "it may open" }];
        }
        // What a target or a size in money comes to is the ledger's arithmetic.
        if (signal.action === "target") return [];
        const wanted = signal.action === "buy" || signal.action === "long" ? "buy" : "sell";
        const most = signal.quantity ?? order.quantity;
        const fits = !isExit(signal) && order.side === wanted && compare(order.quantity, most) <= 0;
        return fits
          ? []
          : [{ expected: `${what} is what ${signal.action} ${signal.quantity} asks for`, found: "another" }];
      }),
    );
    return [...invented, ...orders];
  },
};
