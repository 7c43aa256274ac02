import type { Market } from "../../../services/trade-worker/src/venues/binance/faults.ts";
import type { PaperPlaceReply } from "../../../services/trade-worker/src/venues/paper/rpc.ts";
import { Refused } from "./http.ts";

type Reason =
  | "duplicate"
  | "wouldTrigger"
  | "wouldTake"
  | "cannotFill"
  | "nothingToReduce"
  | "tooLittle"
  | "wrongPrices";

const words: Readonly<Record<Market, Readonly<Partial<Record<Reason, readonly [number, string]>>>>> = {
  spot: {
    duplicate: [-2010, "Duplicate order sent."],
    wouldTrigger: [-2010, "Stop price would trigger immediately."],
    wouldTake: [-2010, "Order would immediately match and take."],
    wrongPrices: [-2010, "The relationship of the prices for the orders is not correct."],
    tooLittle: [-2010, "Account has insufficient balance for requested action."],
  },
  usdm: {
    duplicate: [-4116, "ClientOrderId is duplicated."],
    wouldTrigger: [-2021, "Order would immediately trigger."],
    wouldTake: [
      -5022,
      "Due to the order could not be executed as maker, the Post Only order will be rejected. The order will not be recorded in the order history",
    ],
    cannotFill: [
      -5021,
      "Due to the order could not be filled immediately, the FOK order has been rejected. The order will not be recorded in the order history",
    ],
    nothingToReduce: [-2022, "ReduceOnly Order is rejected."],
    tooLittle: [-2019, "Margin is insufficient."],
  },
};

/** How the engine says what Binance says otherwise. */
const inEngine: readonly [RegExp, Reason][] = [
  [/would trigger at once/, "wouldTrigger"],
  [/would fill at once/, "wouldTake"],
  [/reduce-only, but nothing is open/, "nothingToReduce"],
  [/cannot go short/, "tooLittle"],
];

export function refusalFor(market: Market, reason: Reason): Refused {
  const said = words[market][reason];
  if (said === undefined) throw new Error(`Binance ${market} has no words for ${reason}`);
  return new Refused(...said);
}

/** Throws on an answer that has no counterpart at Binance: the fake must not invent one. */
export function refusalOf(market: Market, reply: Exclude<PaperPlaceReply, { status: "accepted" }>): Refused {
  if (reply.status === "duplicate") return refusalFor(market, "duplicate");
  const reason = inEngine.find(([said]) => said.test(reply.reason))?.[1];
  if (reason === undefined) throw new Error(`the engine refused what Binance would not: ${reply.reason}`);
  return refusalFor(market, reason);
}
