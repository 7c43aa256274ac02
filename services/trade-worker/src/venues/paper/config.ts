import * as z from "zod";
import { decimal, positiveDecimal } from "#contracts/decimal";
import { symbol } from "#contracts/ids";
import { side } from "#contracts/signal";
import { venueRules } from "../venue.ts";

export const paperCall = z.enum(["place", "find", "cancel", "openOrders", "position", "equity", "rules"]);
export type PaperCall = z.infer<typeof paperCall>;

/** Something that goes wrong on purpose. The first one that matches a call happens to it. */
export const paperFault = z.object({
  match: z
    .object({
      /** Absent: `place`; for `down` every call. */
      call: paperCall.optional(),
      symbol: symbol.optional(),
      /** Only `place` knows a side. */
      side: side.optional(),
    })
    .default({}),
  /**
   * `reject`: a permanent no. `down`: refused before anything happened. `rate_limit`: as down, with a
   * `retryAfterMs` of `delayMs` (1 s). `timeout_after_booking`, `timeout_before_booking`: the answer is
   * lost, `delayMs` (0) later. `hang`: no booking and no answer for `delayMs` (60 s).
   */
  do: z.enum(["reject", "down", "timeout_after_booking", "timeout_before_booking", "hang", "rate_limit"]),
  reason: z.string().min(1).max(200).optional(),
  /** How often it happens; absent: until configured away. */
  times: z.int().min(0).optional(),
  delayMs: z.int().min(0).max(600_000).optional(),
});
export type PaperFault = z.infer<typeof paperFault>;

const milliseconds = z.int().min(0).max(600_000);
const feeRate = decimal;

const fields = {
  /** How long `place` takes. */
  latencyMs: milliseconds,
  /** Replaces `latencyMs` for single symbols. */
  symbolLatencyMs: z.record(symbol, milliseconds),
  /** `after_booking`: the order stands at once and the answer is late. `before_booking`: it travels that long. */
  latencyAt: z.enum(["before_booking", "after_booking"]),
  faults: z.array(paperFault),
  /** `unique_while_open`: as at Binance, an id is free again once its order has ended. */
  idMode: z.enum(["unique", "unique_while_open"]),
  /** What the account began with, in the quote currency of whatever it trades. */
  balance: positiveDecimal,
  takerFeeRate: feeRate,
  makerFeeRate: feeRate,
  rules: venueRules,
  /** Replaces single rules for single symbols. */
  symbolRules: z.record(symbol, venueRules.partial()),
};

export const paperConfig = z.object(fields);
export type PaperConfig = z.infer<typeof paperConfig>;

/** What `configure` and the variable PAPER take: any part; an unknown field is an error, not a silence. */
export const paperConfigPatch = z.strictObject(fields).partial();
export type PaperConfigPatch = z.infer<typeof paperConfigPatch>;

export const defaultPaperConfig: PaperConfig = {
  latencyMs: 0,
  symbolLatencyMs: {},
  latencyAt: "after_booking",
  faults: [],
  idMode: "unique",
  balance: "10000",
  takerFeeRate: "0.001",
  makerFeeRate: "0.001",
  rules: { quantityStep: "0.00000001", priceTick: "0.00000001" },
  symbolRules: {},
};
