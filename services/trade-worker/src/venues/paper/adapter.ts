import { messageOf } from "../../message-of.ts";
import { VenueUnavailable, type OrderKey, type PlaceReply, type Venue } from "../venue.ts";
import type { PaperAnswer, PaperCalls, PaperPlaceReply } from "./rpc.ts";

/** The port over anything with the paper exchange's RPCs; `rpc` is called anew for every request. */
export function paperVenue(rpc: () => PaperCalls): Venue {
  async function ask<T>(question: (venue: PaperCalls) => Promise<PaperAnswer<T>>): Promise<T> {
    const answer = await question(rpc()).catch((error: unknown) => {
      throw new VenueUnavailable(`the paper venue cannot be asked: ${messageOf(error)}`, { cause: error });
    });
    if (answer.status !== "answered") throw new VenueUnavailable(answer.reason);
    return answer.value;
  }
  const find = (key: OrderKey) => ask((venue) => venue.find(key));

  async function alreadySent(key: OrderKey, reason: string): Promise<PlaceReply> {
    const order = await find(key).catch(() => undefined);
    return order ? { kind: "accepted", order } : { kind: "unknown", reason };
  }

  return {
    async place(order, of) {
      let reply: PaperPlaceReply;
      try {
        reply = await rpc().place(order, of);
      } catch (error) {
        // The call may have arrived before the line broke.
        return { kind: "unknown", reason: `the paper venue did not answer: ${messageOf(error)}` };
      }
      switch (reply.status) {
        case "accepted":
          return { kind: "accepted", order: reply.order, ...(reply.target && { target: reply.target }) };
        case "rejected":
          return { kind: "rejected", reason: reply.reason };
        case "not_executed":
          return { kind: "not_executed", reason: reply.reason, retryAfterMs: reply.retryAfterMs };
        case "duplicate":
          return alreadySent({ clientOrderId: order.clientOrderId, symbol: order.symbol }, reply.reason);
        case "no_answer":
          return { kind: "unknown", reason: reply.reason };
        default:
          return unmapped(reply);
      }
    },
    find,
    cancel: (key) => ask((venue) => venue.cancel(key)),
    openOrders: (symbol) => ask((venue) => venue.openOrders(symbol)),
    position: (symbol) => ask((venue) => venue.position(symbol)),
    equity: (symbol) => ask((venue) => venue.equity(symbol)),
    rules: (symbol) => ask((venue) => venue.rules(symbol)),
    clockOffsetMs: async () => 0,
  };
}

function unmapped(reply: never): PlaceReply {
  return { kind: "unknown", reason: `the paper venue answered something new: ${JSON.stringify(reply)}` };
}
