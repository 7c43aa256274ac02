import { RECEIVE_WINDOW_MS } from "#contracts/ledger";
import type { Invariant } from "./invariant.ts";

/** Two clocks of the simulation differ by this at most, as far as they can be compared. */
const CLOCKS_MS = 4_100;

/**
 * No entry or close is permitted after its signal's validity, and what acts was signed with a time no later
 * than its permit's and acts before the receive window has passed.
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
        const permit = permits.findLast(
          (each) =>
            each.clientOrderId === clientOrderId &&
            each.at <= at &&
            signedAt.getTime() <= each.sentAt.getTime() + venue.widestOffsetMs,
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
