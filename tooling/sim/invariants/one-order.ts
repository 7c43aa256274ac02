import type { Invariant } from "./invariant.ts";

/** At most one order per leg stands in a venue's book, whatever became of it. */
export const oneOrderPerLeg: Invariant = {
  name: "one order per leg",
  check(mesh) {
    return [...mesh.venues].flatMap(([ledger, venue]) =>
      [...Map.groupBy(venue.book().orders, (order) => order.clientOrderId)]
        .filter(([, orders]) => orders.length > 1)
        .map(([id, orders]) => ({
          expected: `${ledger}: one order ${id}`,
          found: orders.map((order) => `${order.venueOrderId} ${order.status} ${order.filledQuantity}`).join(", "),
        })),
    );
  },
};
