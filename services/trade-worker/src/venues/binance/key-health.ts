import * as z from "zod";
import type { Venue } from "../venue.ts";
import { ask } from "./asking.ts";
import type { Market } from "./faults.ts";
import { milliseconds } from "./shapes.ts";
import type { Transport } from "./transport.ts";

/** GET /sapi/v1/account/apiRestrictions, developers.binance.com: wallet, account. */
const restrictions = z.object({
  ipRestrict: z.boolean(),
  enableWithdrawals: z.boolean(),
  enableSpotAndMarginTrading: z.boolean(),
  enableFutures: z.boolean(),
  tradingAuthorityExpirationTime: milliseconds.optional(),
});

/** One key serves both markets, and the wallet's address says what it may do. */
export function binanceKeyHealth(wallet: Transport, market: Market): NonNullable<Venue["keyHealth"]> {
  return async () => {
    const asked = wallet.signed("GET", "/sapi/v1/account/apiRestrictions", {});
    const said = await ask("what the key may do", asked, restrictions);
    return {
      mayTrade: market === "spot" ? said.enableSpotAndMarginTrading : said.enableFutures,
      mayWithdraw: said.enableWithdrawals,
      isBound: said.ipRestrict,
      expiresAt: said.tradingAuthorityExpirationTime?.toISOString(),
    };
  };
}
