import * as z from "zod";
import { parseDecimal } from "#contracts/decimal";

/** Binance pads its numbers with zeros. */
export const amount = z.string().transform((text, context) => {
  const number = parseDecimal(text);
  if (number !== undefined) return number;
  context.addIssue("is not a number");
  return z.NEVER;
});

export const milliseconds = z.int().transform((ms) => new Date(ms));

/** A number, or text where it is longer than a JavaScript number holds. */
export const venueId = z.union([z.int(), z.string().regex(/^\d+$/)]).transform(String);

/** Of an entry in a list no more than it takes to recognise it: a neighbour in new words must not hide the one looked for. */
export const listedOrder = z.looseObject({ clientOrderId: z.string(), orderId: venueId });

export const commission = z.object({ price: amount, commission: amount, commissionAsset: z.string() });
export type Commission = z.infer<typeof commission>;

export const trade = commission.extend({ orderId: venueId, qty: amount, time: milliseconds });
