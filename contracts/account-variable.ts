import { venues, type Venue } from "./ids.ts";

/** The exchanges as they stand in names of variables. */
export const venueParts = venues.filter((name) => name !== "paper").map(partOf);
const ACCOUNT_VARIABLE = new RegExp(`^[A-Z][A-Z0-9_]*_(?:${venueParts.join("|")})_[A-Z][A-Z_]*$`);

/**
 * Whether it is a key, a secret or a setting of an account at an exchange, such as `MAIN_BINANCE_USDM_API_KEY`. Only
 * trade-worker has any, and no wrangler.jsonc can know of which accounts.
 */
export function isAccountVariable(name: string): boolean {
  return ACCOUNT_VARIABLE.test(name);
}

/** How the names of everything that belongs to one account at one exchange begin: `MAIN_BINANCE_USDM`. */
export function accountPrefix({ account, venue }: { account: string; venue: Venue }): string {
  return `${partOf(account)}_${partOf(venue)}`;
}

function partOf(name: string): string {
  return name.toUpperCase().replaceAll("-", "_");
}

/** Whether it is an account's key or secret at an exchange that there is. */
export function isExchangeCredential(name: string): boolean {
  return venueParts.some((venue) => new RegExp(`^[A-Z][A-Z0-9_]*_${venue}_API_(?:KEY|SECRET)$`).test(name));
}
