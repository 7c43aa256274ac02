import type { Invariant } from "./invariant.ts";

/** What was permitted and sent wholly while the kill switch stood against it is not traded. */
export const stopsStop: Invariant = {
  name: "a stop stops",
  check(mesh) {
    const { permits } = mesh.history;
    return [...mesh.venues].flatMap(([ledger, venue]) =>
      venue.taken.flatMap(({ clientOrderId, at }) => {
        const permit = permits.findLast((each) => each.clientOrderId === clientOrderId && each.at <= at);
        if (permit === undefined || permit.ledger !== ledger) return [];
        const stop = mesh.stops.find(({ from, to, mode }) => {
          const against = permit.role === "entry" || (permit.role === "close" && mode === "all");
          return against && from <= permit.at && at < to;
        });
        if (stop === undefined) return [];
        return [{ expected: `${permit.role} ${clientOrderId} waits for the kill switch`, found: `taken at ${at} ms` }];
      }),
    );
  },
};
