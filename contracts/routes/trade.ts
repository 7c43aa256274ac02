import * as z from "zod";
import { decimal, positiveDecimal } from "../decimal.ts";
import { account, symbol, venue } from "../ids.ts";
import { keyHealth } from "../key-health.ts";
import { task } from "../ledger.ts";
import { venueOrder } from "../order.ts";
import { signal } from "../signal.ts";
import { route } from "./route.ts";

/** What an exchange says of one symbol of an account; `problem`: why nobody knows. */
export const holding = z.union([
  z.object({
    symbol,
    quantity: decimal,
    averagePrice: decimal.optional(),
    /** The coin that it is a balance of: symbols that name the same one speak of the same balance. Absent: a position of its own. */
    asset: z.string().optional(),
    /** Quantities of its orders are multiples of it. */
    quantityStep: positiveDecimal.optional(),
  }),
  /** `isForGood`: the exchange has no such symbol, so that asking again does not help. */
  z.object({ symbol, problem: z.string(), isForGood: z.boolean().optional() }),
]);
export type Holding = z.infer<typeof holding>;
export const MOST_HOLDINGS = 50;

/** An order of ours as its exchange has it now; `problem`: why nobody knows. */
const orderThere = z.union([
  z.object({ clientOrderId: z.string(), status: venueOrder.unwrap().shape.status, filledQuantity: decimal }),
  z.object({ clientOrderId: z.string(), problem: z.string() }),
]);
export type OrderThere = z.infer<typeof orderThere>;
export const MOST_ORDERS = 50;

/** What an account holds of something that nobody asked about; its name may be one that no alert can have. */
const other = z.object({ symbol: z.string(), quantity: decimal, averagePrice: decimal.optional() });

/** trade-worker's fetch handler, behind the internal key. */
export const tradeRoutes = {
  /** ops-worker asks what the exchange itself holds: of some symbols, and what else there is. Nothing is traded. */
  holdings: route({
    method: "POST",
    path: "/holdings",
    body: z.object({ account, venue, symbols: z.array(symbol).max(MOST_HOLDINGS) }),
    reply: z.object({
      holdings: z.array(holding),
      /** Every other position of the account that is not flat; absent where the exchange lists none, or could not be asked. */
      others: z.array(other).optional(),
      /** Why it could not be asked for them. */
      problem: z.string().optional(),
    }),
  }),
  /** ops-worker asks what became of orders that the ledger believes to rest. Nothing is traded. */
  orders: route({
    method: "POST",
    path: "/orders",
    body: z.object({
      account,
      venue,
      orders: z.array(z.object({ symbol, clientOrderId: z.string() })).max(MOST_ORDERS),
    }),
    reply: z.object({ orders: z.array(orderThere) }),
  }),
  /** Accounts at exchanges of which a key or a secret is set; never what it is. */
  keyAccounts: route({
    method: "GET",
    path: "/key-accounts",
    reply: z.object({ accounts: z.array(z.object({ account, venue })) }),
  }),
  /** What the key of an account may do at its exchange. */
  keyHealth: route({
    method: "POST",
    path: "/key-health",
    body: z.object({ account, venue }),
    reply: z.object({ health: keyHealth }),
  }),
  /** Its own hand-over of one claimed signal. Answers 202 and works on. */
  attempt: route({
    method: "POST",
    path: "/attempts",
    body: z.object({
      ledger: z.string(),
      signal,
      lease: z.string(),
      attempt: z.int(),
      tasks: z.array(task),
      /** How the claim went: logged by the executing invocation, so that the consumer sends no log of its own. */
      claim: z
        .object({
          hintId: z.string(),
          purpose: z.enum(["execute", "watch"]),
          ms: z.int(),
          /** When the hint was published, and how long it then lay in its queue. */
          hintedAt: z.date().optional(),
          waitMs: z.int().optional(),
        })
        .optional(),
    }),
    reply: z.object({ status: z.literal("started") }),
  }),
} as const;
