import * as z from "zod";
import { accountLimits } from "./account-limits.ts";
import { decimal, positiveDecimal } from "./decimal.ts";
import { defineContract } from "./envelope.ts";
import { account, ledgerName, requestId, symbol, venue } from "./ids.ts";
import { outcome } from "./outcome.ts";
import { quoteOf, quotes } from "./quote.ts";

/**
 * `buy`, `sell`: net orders. `long`, `short`: close an opposite position, then open.
 * `target`: trade the difference to a net position. A target of nothing is written as `close`.
 * `close_long`, `close_short`, `close`: exits; they name the side they reduce (`close`: whichever is open).
 */
export const actions = ["buy", "sell", "long", "short", "target", "close_long", "close_short", "close"] as const;
export const action = z.enum(actions);
export type Action = z.infer<typeof action>;

export const side = z.enum(["buy", "sell"]);
export type Side = z.infer<typeof side>;

/** How an alert came where it did not come by webhook. */
export const channel = z.enum(["email"]);

export const orderType = z.enum(["market", "limit"]);

/**
 * Of a limit order. `gtc`: rests until it is filled or cancelled. `ioc`: what does not fill at once ends. `fok`: fills
 * at once as a whole, or not at all. `post_only`: refused where it would fill at once.
 */
export const timeInForce = z.enum(["gtc", "ioc", "fok", "post_only"]);
export type TimeInForce = z.infer<typeof timeInForce>;

/** Where a protective leg stands: an absolute price, or a distance from the entry in percent. */
export const protection = z.lazy(() =>
  z.union([z.object({ price: positiveDecimal }), z.object({ percent: positiveDecimal })]),
);

/**
 * How much, when it is not said in base units; the ledger turns it into them when the order is sent.
 * `quote`: money, at the signal's price. `percentOfEquity`: of what the account is worth. `percentOfPosition`:
 * of the side that an exit closes. `target`: the net position to arrive at, negative for short.
 */
export const size = z.lazy(() =>
  z.union([
    z.strictObject({ quote: positiveDecimal }),
    z.strictObject({ percentOfEquity: positiveDecimal }),
    z.strictObject({ percentOfPosition: positiveDecimal }),
    z.strictObject({ target: decimal }),
  ]),
);
export type Size = z.infer<typeof size>;

/**
 * What a strategy, or the alert itself, allows an entry: the value of what it opens (quantity × price), the position
 * after it, and the value of that position.
 */
export const signalLimits = z.lazy(() =>
  z.strictObject({
    maxNotional: positiveDecimal.optional(),
    /** What `maxNotional` is in, as of an account's limits; `maxPositionNotional` is in the symbol's own quote currency. */
    currency: z.enum(quotes).optional(),
    maxPosition: positiveDecimal.optional(),
    maxPositionNotional: positiveDecimal.optional(),
  }),
);

/** A validated intent in canonical form. Nothing in it is a guess: what the alert left open is absent. */
export const signal = z.lazy(() =>
  z.object({
    requestId,
    strategy: z.string().min(1).max(64),
    account,
    venue,
    symbol,
    action,
    /** Base units. Entries have either this or `size`; an exit with neither closes everything. */
    quantity: positiveDecimal.optional(),
    size: size.optional(),
    orderType,
    /** Absent: `gtc`. */
    timeInForce: timeInForce.optional(),
    /** Limit price of a limit order; the alert's price, as a reference, of a market order. */
    price: positiveDecimal.optional(),
    leverage: positiveDecimal.optional(),
    stopLoss: protection.optional(),
    takeProfits: z
      .array(z.intersection(protection, z.object({ quantity: positiveDecimal.optional() })))
      .max(10)
      .optional(),
    /** When the sender fired (a `{{timenow}}`-like field); it can only shorten validity. */
    sentAt: z.date().optional(),
    /** When the sender itself gives up (`max_lag`, `expiresAt`); it can only shorten validity, too. */
    expiresAt: z.date().optional(),
    /** Milliseconds from acceptance; absent means the ledger's default for entries or exits. */
    validForMs: z.int().min(1_000).max(86_400_000).optional(),
    /** Checked for entries when they are sent, beside the limits of the account. */
    limits: signalLimits.optional(),
    /** Absent: by webhook. */
    channel: channel.optional(),
    /** What the account allowed when the signal was accepted, by gateways that asked; `sending` brings what it allows now. */
    accountLimits: accountLimits.optional(),
  }),
);
export type Signal = z.infer<typeof signal>;

/** An exit is reduce-only and cannot raise exposure; everything else is an entry. */
export function isExit(of: { action: Action }): boolean {
  return of.action === "close" || of.action === "close_long" || of.action === "close_short";
}

/** What contradicts itself about how much a signal is to trade, or undefined. */
export function sizeProblem(of: Pick<Signal, "action" | "quantity" | "size">): string | undefined {
  const { action: does, quantity, size: said } = of;
  if (quantity !== undefined && said !== undefined) return "a quantity and a size were both given";
  if ((does === "target") !== (said !== undefined && "target" in said)) {
    return does === "target" ? "a target position needs a size that names it" : `${does} cannot have a target position`;
  }
  if (said !== undefined && "percentOfPosition" in said && !isExit(of)) {
    return "a percentage of the position can only be closed";
  }
  return quantity === undefined && said === undefined && !isExit(of) ? "no quantity was given" : undefined;
}

/** A size as people say it: `250 USDT`, `5 % of equity`, `target -0.5`. */
export function sizeWords(of: Size, market?: string): string {
  if ("quote" in of) return `${of.quote} ${(market && quoteOf(market)) ?? "of the quote currency"}`;
  if ("percentOfEquity" in of) return `${of.percentOfEquity} % of equity`;
  return "target" in of ? `target ${of.target}` : `${of.percentOfPosition} % of the position`;
}

/** The message on `trade-signals`: "this signal may have work to do". Losing or repeating it is harmless. */
export const signalHinted = defineContract({
  type: "signal.hinted",
  version: 1,
  data: () =>
    z.object({
      ledger: ledgerName,
      /** `execute`: it may be the head of its lane. `watch`: it has orders at the venue to ask about. */
      purpose: z.enum(["execute", "watch"]),
    }),
});

/** How a signal ended (or, with `working`, stands); a higher `rev` replaces a lower one. */
export const signalSettled = defineContract({
  type: "signal.settled",
  version: 1,
  data: () =>
    z.object({
      rev: z.int().min(1),
      strategy: z.string(),
      account,
      venue,
      symbol,
      lane: z.string(),
      seq: z.int().min(1),
      action,
      quantity: positiveDecimal.optional(),
      /** What was asked for instead of a quantity: `5 % of equity`, `target 0.5`. */
      size: z.string().optional(),
      orderType,
      price: positiveDecimal.optional(),
      outcome,
      /** For a person: what happened, why, and what to do next. */
      reason: z.string(),
      filledQuantity: decimal,
      averagePrice: decimal.optional(),
      attempts: z.int().min(0),
      acceptedAt: z.date(),
      validUntil: z.date(),
      settledAt: z.date(),
      /** Of a revived signal: how often it was, and by which replay last. */
      generation: z.int().min(1).optional(),
      replayId: z.string().optional(),
      /** It ended as a dead letter: `letter.parked` with the same generation goes out beside it. */
      parked: z.literal(true).optional(),
      channel: channel.optional(),
    }),
});

/** An alert under a valid key that the gateway did not accept. */
export const signalRefused = defineContract({
  type: "signal.refused",
  version: 1,
  data: () =>
    z.object({
      strategy: z.string(),
      code: z.string(),
      reason: z.string(),
      /** As far as the alert could be understood. */
      account: z.string().optional(),
      venue: z.string().optional(),
      symbol: z.string().optional(),
      action: z.string().optional(),
      refusedAt: z.date(),
    }),
});

/** A copy of an alert that was already accepted and so was dropped. The envelope's requestId is the copy's. */
export const signalDuplicated = defineContract({
  type: "signal.duplicated",
  version: 1,
  data: () =>
    z.object({
      firstRequestId: requestId,
      ledger: ledgerName,
      strategy: z.string(),
      symbol,
      action,
      droppedAt: z.date(),
      channel: channel.optional(),
    }),
});
