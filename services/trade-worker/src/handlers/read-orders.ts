import type * as z from "zod";
import type { OrderThere, tradeRoutes } from "#contracts/routes/trade";
import { within } from "../clock.ts";
import { messageOf } from "../message-of.ts";
import type { AttemptDeps } from "./attempt-requested.ts";

type Route = typeof tradeRoutes.orders;

const TIMEOUT_MS = 9_000;

/** How orders stand at their exchange. One that cannot be asked about, or is not found, never reads as one that rests. */
export async function readOrders(
  { orders, ...of }: z.infer<Route["body"]>,
  deps: Pick<AttemptDeps, "venue" | "clock">,
): Promise<z.infer<Route["reply"]>> {
  const venue = deps.venue(of);
  const states = orders.map(async ({ symbol, clientOrderId }): Promise<OrderThere> => {
    try {
      const asking = venue.find({ symbol, clientOrderId });
      const order = await within(deps.clock, { ms: TIMEOUT_MS, who: of.venue }, asking);
      if (order === undefined) return { clientOrderId, problem: `${of.venue} knows no such order` };
      if (order.status === "working" && order.isTriggered)
        return { clientOrderId, problem: "it was triggered, and what its order does is not known yet" };
      return { clientOrderId, status: order.status, filledQuantity: order.filledQuantity };
    } catch (error) {
      return { clientOrderId, problem: messageOf(error) };
    }
  });
  return { orders: await Promise.all(states) };
}
