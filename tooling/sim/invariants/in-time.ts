import { RECEIVE_WINDOW_MS } from "#contracts/ledger";
import type { Invariant } from "./invariant.ts";

/** Two clocks of the simulation may differ by this. */
const CLOCKS_MS = 4_000;

/**
 * No entry or close is permitted after its signal's validity, and what acts was signed with the time of its
 * permit and acts before the receive window has passed.
 */
export const inTime: Invariant = {
  name: "nothing stale trades",
  check(mesh) {
    const { permits } = mesh.history;
    const stale = permits
      .filter(({ role }) => role === "entry" || role === "close")
      .filter(({ validUntil, sentAt }) => sentAt >= validUntil)
      .map(({ clientOrderId, sentAt }) => ({
        expected: `${clientOrderId} is permitted within its validity`,
        found: `permitted at ${sentAt.toISOString()}`,
      }));
    const late = [...mesh.venues.values()].flatMap((venue) =>
      venue.taken.flatMap(({ clientOrderId, at, signedAt }) => {
        const permit = permits.find(
          (each) => each.clientOrderId === clientOrderId && each.sentAt.getTime() === signedAt.getTime(),
        );
        if (permit === undefined)
          return [
            { expected: `${clientOrderId} is signed with the time of its permit`, found: signedAt.toISOString() },
          ];
        const age = at - permit.at;
        if (age <= RECEIVE_WINDOW_MS + CLOCKS_MS) return [];
        return [
          { expected: `${clientOrderId} acts within ${RECEIVE_WINDOW_MS} ms of its permit`, found: `after ${age} ms` },
        ];
      }),
    );
    return [...stale, ...late];
  },
};
