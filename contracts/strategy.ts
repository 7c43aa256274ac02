import * as z from "zod";
import { positiveDecimal } from "./decimal.ts";
import { account, symbol, venue } from "./ids.ts";
import { orderType, signalLimits } from "./signal.ts";

/**
 * A strategy: under which key alerts come, and what holds for them. It stands in KV as `strategy:<name>` and is
 * written by ops-worker alone. Schemas here are lazy: the gateway pays for them with the first strategy it reads.
 */

/** The strategy of the key WEBHOOK_API_KEY_BINDING; it works without any settings. */
export const DEFAULT_STRATEGY = "default";

/** Who closes past every strategy: no strategy may be taken for that. */
export const OPERATOR = "operator";

const NAME = "[a-z][a-z0-9-]{0,31}";

export const strategyName = z
  .string()
  .regex(new RegExp(`^${NAME}$`), "must be 1-32 of a-z, 0-9 and -, beginning with a letter")
  .refine((name) => name !== OPERATOR, `must not be ${OPERATOR}, which is whoever closes by hand`);

const KEY = new RegExp(`^hoox_(${NAME})_[a-z2-7]{32}$`);

/** Whose key this is, by its form alone: `hoox_<name>_<32 characters of base32>`. */
export function strategyOfKey(key: string): string | undefined {
  return KEY.exec(key)?.[1];
}

/** The KV key of a strategy's settings. */
export function strategyEntry(name: string): string {
  return `${STRATEGY_ENTRIES}${name}`;
}
export const STRATEGY_ENTRIES = "strategy:";

const time = z.iso.datetime();
/** A distance from the entry: a price would be wrong for the next one. */
const distance = z.lazy(() => z.strictObject({ percent: positiveDecimal }));

/** What an alert need not say. What it says wins. */
export const strategyDefaults = z.lazy(() =>
  z
    .strictObject({
      symbol: symbol.optional(),
      /** Base units of an entry; either this or `size`. */
      quantity: positiveDecimal.optional(),
      size: z
        .union([z.strictObject({ quote: positiveDecimal }), z.strictObject({ percentOfEquity: positiveDecimal })])
        .optional(),
      orderType: orderType.optional(),
      leverage: positiveDecimal.optional(),
      stopLoss: distance.optional(),
      takeProfits: z.array(distance).min(1).max(10).optional(),
    })
    .refine((of) => of.quantity === undefined || of.size === undefined, "take a quantity or a size, not both"),
);
export type StrategyDefaults = z.infer<typeof strategyDefaults>;

export const strategyLimits = z.lazy(() =>
  signalLimits
    .unwrap()
    .omit({ maxPositionNotional: true })
    .extend({
      /** The only symbols that its alerts may name, exits included. Absent: all. */
      symbols: z.array(symbol).min(1).max(100).optional(),
      /** More entries than this in a minute are refused; exits pass. A guard: every gateway isolate counts for itself. */
      alertsPerMinute: z.int().min(1).max(600).optional(),
    }),
);
export type StrategyLimits = z.infer<typeof strategyLimits>;

/** How long its signals may wait to be sent, from acceptance. Absent: as the ledger has it. */
export const strategyValidity = z.lazy(() => {
  const seconds = z.int().min(1).max(86_400).optional();
  return z.strictObject({ entrySeconds: seconds, exitSeconds: seconds });
});
export type StrategyValidity = z.infer<typeof strategyValidity>;

/** What an operator sets. Only `default` may leave account and venue to the gateway's own variables. */
export const strategySettings = z.lazy(() =>
  z.strictObject({
    enabled: z.boolean(),
    account: account.optional(),
    venue: venue.optional(),
    defaults: strategyDefaults,
    limits: strategyLimits,
    validity: strategyValidity,
  }),
);
export type StrategySettings = z.infer<typeof strategySettings>;

/** As it stands in KV. A key that expires is the old one of a rotation. */
export const strategy = z.lazy(() =>
  strategySettings
    .unwrap()
    .extend({
      name: strategyName,
      keys: z.array(
        z.strictObject({ hash: z.string().regex(/^[0-9a-f]{64}$/), createdAt: time, expiresAt: time.optional() }),
      ),
      createdAt: time,
      updatedAt: time,
    })
    .refine((of) => of.name === DEFAULT_STRATEGY || (of.account !== undefined && of.venue !== undefined), {
      path: ["account"],
      error: "and venue are needed",
    }),
);
export type Strategy = z.infer<typeof strategy>;
