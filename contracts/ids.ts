import * as z from "zod";

/** UUIDv4, minted by the gateway before anything else happens to a request. */
export const requestId = z.uuid({ version: "v4" });
export type RequestId = z.infer<typeof requestId>;

/** Lowercase, because it becomes part of secret names (`<ACCOUNT>_<VENUE>_API_KEY`) and ledger names. */
export const account = z
  .string()
  .regex(/^[a-z][a-z0-9_]{0,23}$/, "must be 1-24 of a-z, 0-9 and _, beginning with a letter");

export const venues = ["paper", "binance", "binance-usdm", "bybit", "mexc"] as const;
export const venue = z.enum(venues);
export type Venue = z.infer<typeof venue>;

/** Canonical symbol: `BTCUSDT` spot, `BTCUSDT.P` perpetual. */
export const symbol = z.string().regex(/^[A-Z0-9]{2,30}(?:\.P)?$/, "must look like BTCUSDT or BTCUSDT.P");

export const workers = ["ledger-worker", "d1-worker", "telegram-worker", "trade-worker", "ops-worker", "hoox"] as const;
/** A deployed Worker, named as its folder; the order is the order of deployment. */
export const worker = z.enum(workers);
export type Worker = z.infer<typeof worker>;

/** `account:venue`, the name of an AccountLedger instance. Fixed for ever: renaming erases the truth. */
export const ledgerName = z
  .string()
  .regex(/^[a-z][a-z0-9_]{0,23}:[a-z-]+$/, "must be account:venue, such as main:binance-usdm");
export type LedgerName = z.infer<typeof ledgerName>;

export function ledgerOf(of: { account: string; venue: Venue }): LedgerName {
  return `${of.account}:${of.venue}`;
}

/** The way back from {@link ledgerOf}. A name is taken at its word: whether the parts are an account and a venue nobody checks. */
export function partsOf(ledger: LedgerName): { account: string; venue: string } {
  const [before = "", after = ""] = ledger.split(":");
  return { account: before, venue: after };
}

/** The parts of a ledger's name that somebody wrote; undefined when they are not an account and one of the venues. */
export function placeOf(ledger: string): { account: string; venue: Venue } | undefined {
  const [before, after, ...more] = ledger.split(":");
  const parts = z.object({ account, venue }).safeParse({ account: before, venue: after });
  return parts.success && more.length === 0 ? parts.data : undefined;
}

/** `account:venue:symbol`; the signals of one lane execute in order of acceptance. */
export function laneOf(of: { account: string; venue: Venue; symbol: string }): string {
  return `${of.account}:${of.venue}:${of.symbol}`;
}

/**
 * One placement of a leg: `e` entry, `c` (`c2`…) close, `s1`… stop, `t1`… target, `x` (`x2`…) emergency close.
 * It is the suffix of the client order id, so two placements never share one.
 */
export const legId = z.string().regex(/^(?:e|c\d{0,3}|s\d{1,3}|t\d{1,3}|x\d{0,3})$/);
export type LegId = z.infer<typeof legId>;

const BASE32 = "abcdefghijklmnopqrstuvwxyz234567";

/**
 * The id that a venue knows an order by: the UUID's 128 bits in lowercase base32 (26 characters),
 * `-` and the leg. At most 31 characters of `[a-z0-9-]`, inside every venue's charset and length.
 */
export function clientOrderId(of: { requestId: RequestId; leg: LegId }): string {
  let bits = BigInt(`0x${of.requestId.replaceAll("-", "")}`) << 2n;
  let text = "";
  for (let index = 0; index < 26; index += 1) {
    text = BASE32.charAt(Number(bits & 31n)) + text;
    bits >>= 5n;
  }
  return `${text}-${of.leg}`;
}

/** The way back from {@link clientOrderId}; undefined for an id that is not ours. */
export function parseClientOrderId(text: string): { requestId: RequestId; leg: LegId } | undefined {
  const match = /^([a-z2-7]{26})-([a-z]\d{0,3})$/.exec(text);
  if (!match?.[1] || !match[2]) return undefined;
  let bits = 0n;
  for (const character of match[1]) bits = (bits << 5n) | BigInt(BASE32.indexOf(character));
  const hex = (bits >> 2n).toString(16).padStart(32, "0");
  const id = requestId.safeParse(
    [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join("-"),
  );
  const leg = legId.safeParse(match[2]);
  return id.success && leg.success ? { requestId: id.data, leg: leg.data } : undefined;
}

/** Deterministic id of a derived message, so that every consumer can recognise a second copy. */
export function messageId(of: { requestId: RequestId; type: string; key?: string; rev: number }): string {
  const parts = of.key === undefined ? [of.requestId, of.type] : [of.requestId, of.type, of.key];
  return [...parts, of.rev].join("/");
}
