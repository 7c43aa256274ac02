import { ACCOUNT_RETRY_MS, VenueRefusal, VenueUnavailable, type Venue } from "./venue.ts";

/**
 * The venue of an account that may not trade. It refuses every order with the sentence that says why; what closes or
 * guards waits, because a setting or a deploy mends it.
 * It cannot be asked either: an order of better days may stand there, and "not found" would be a lie.
 */
export function refusingVenue(reason: string): Venue {
  const cannotAsk = async (): Promise<never> => {
    throw new VenueUnavailable(reason);
  };
  const refuse = async (): Promise<never> => {
    throw new VenueRefusal(reason, { isOfAccount: true });
  };
  return {
    place: async ({ reduceOnly }) =>
      reduceOnly ? { kind: "not_executed", reason, retryAfterMs: ACCOUNT_RETRY_MS } : { kind: "rejected", reason },
    find: cannotAsk,
    cancel: cannotAsk,
    openOrders: cannotAsk,
    position: cannotAsk,
    equity: refuse,
    rules: refuse,
    clockOffsetMs: async () => 0,
    keyHealth: cannotAsk,
  };
}
