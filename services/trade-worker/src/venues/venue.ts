import * as z from "zod";
import { positiveDecimal, type Decimal } from "#contracts/decimal";
import type { KeyHealth } from "#contracts/key-health";
import type { OrderRequest, Position, VenueOrder } from "#contracts/order";
import type { Holding } from "#contracts/routes/trade";

/** What a venue demands of an order for one symbol. */
export const venueRules = z.object({
  /** Quantities are multiples of it. */
  quantityStep: positiveDecimal,
  /** Prices are multiples of it. */
  priceTick: positiveDecimal,
  minQuantity: positiveDecimal.optional(),
  maxQuantity: positiveDecimal.optional(),
  /** Of an order that takes what the market offers, a triggered one included; beside what holds for every order. */
  marketQuantityStep: positiveDecimal.optional(),
  minMarketQuantity: positiveDecimal.optional(),
  maxMarketQuantity: positiveDecimal.optional(),
  /** Quantity × price, in the quote currency. Not asked of reduce-only orders. */
  minNotional: positiveDecimal.optional(),
  /** False: a market order may be worth less, one that waits for its trigger may not. */
  minNotionalOfMarket: z.boolean().optional(),
  /** So many orders of the symbol may wait for their trigger; each of a pair counts. */
  maxTriggerOrders: z.number().int().positive().optional(),
});
export type VenueRules = z.infer<typeof venueRules>;

export type PlaceReply =
  /** `target`: of an order that was sent with one. */
  | { kind: "accepted"; order: VenueOrder; target?: VenueOrder }
  /** A permanent no, in the venue's words. `byRules`: it breaks the symbol's rules, which are heard anew from now on. */
  | { kind: "rejected"; reason: string; byRules?: boolean }
  /** Provably not executed; may be tried again. */
  | { kind: "not_executed"; reason: string; retryAfterMs?: number | undefined }
  /** No reply, or one that nobody has mapped: the order may stand. */
  | { kind: "unknown"; reason: string };

/** What an account holds of a symbol. */
export type Held = Pick<Position, "symbol" | "quantity" | "averagePrice">;

/** `isTriggered`: its price was reached, and the venue executes it, even where nothing of that is to be seen yet. */
export type FoundOrder = VenueOrder & { isTriggered?: boolean };

export interface OrderKey {
  clientOrderId: string;
  symbol: string;
}

/**
 * One account at one exchange. Everything but `place` throws {@link VenueUnavailable} when the asking
 * failed; the caller brings the time-out.
 */
export interface Venue {
  /**
   * Sends the order once, signed with `signedAt`, and maps the reply. A venue refuses a POST that arrives
   * more than RECEIVE_WINDOW_MS after it. Never tries again by itself.
   */
  place(order: OrderRequest, of: { signedAt: Date }): Promise<PlaceReply>;
  /** Undefined only for a successful "not found" with no matching trade. */
  find(key: OrderKey): Promise<FoundOrder | undefined>;
  /** Cancels the order if it still works; answers how it stands afterwards, undefined when there is none. */
  cancel(key: OrderKey): Promise<VenueOrder | undefined>;
  openOrders(symbol: string): Promise<VenueOrder[]>;
  position(symbol: string): Promise<Held>;
  /**
   * As `position`, of several symbols with one question after what all of them share; what cannot be said of one is a problem
   * of that one. Absent where nothing is shared.
   */
  holdings?(symbols: readonly string[]): Promise<Holding[]>;
  /**
   * Every position of the account that is not flat, whoever opened it, with `.P` behind the exchange's name, which may be one
   * that no alert can have. Absent where what else an account holds is none of Hoox's business (the coins of a spot
   * account), and where nobody else trades (paper).
   */
  positions?(): Promise<Held[]>;
  /**
   * What the account is worth in the quote currency of the symbol: its balance, what is held at cost, realised
   * profit and fees counted. Unrealised profit is not. Throws {@link VenueRefusal} as `rules` does.
   */
  equity(symbol: string): Promise<Decimal>;
  /** Throws {@link VenueRefusal} for a symbol or account that the venue will never trade. */
  rules(symbol: string): Promise<VenueRules>;
  /** The venue's clock minus ours. */
  clockOffsetMs(): Promise<number>;
  /** What the account's key may do there. Absent where there are no keys, or nothing says what they may do. */
  keyHealth?(): Promise<KeyHealth>;
}

/** The venue could not be asked. No evidence of anything. */
export class VenueUnavailable extends Error {
  override readonly name = "VenueUnavailable";
  readonly retryAfterMs: number | undefined;

  constructor(message: string, options: { retryAfterMs?: number; cause?: unknown } = {}) {
    super(message, { cause: options.cause });
    this.retryAfterMs = options.retryAfterMs;
  }
}

/** A permanent no that is known before an order is sent; the message is for the trader. */
export class VenueRefusal extends Error {
  override readonly name = "VenueRefusal";
  /** It is about the account, its key or the place, which others mend: what closes or guards is tried again. */
  readonly isOfAccount: boolean;

  constructor(message: string, { isOfAccount = false }: { isOfAccount?: boolean | undefined } = {}) {
    super(message);
    this.isOfAccount = isOfAccount;
  }
}

/** After it what closes or guards is tried again, when the account could not trade or requests left from the wrong place. */
export const ACCOUNT_RETRY_MS = 30_000;
