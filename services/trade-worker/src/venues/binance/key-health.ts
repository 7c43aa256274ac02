import * as z from "zod";
import type { KeyHealth } from "#contracts/key-health";
import type { Venue } from "../venue.ts";
import { ask } from "./asking.ts";
import type { Market } from "./faults.ts";
import { milliseconds } from "./shapes.ts";
import type { Reply, Transport } from "./transport.ts";

/** GET /sapi/v1/account/apiRestrictions, developers.binance.com: wallet, account. */
const restrictions = z.object({
  ipRestrict: z.boolean(),
  enableWithdrawals: z.boolean(),
  enableSpotAndMarginTrading: z.boolean(),
  enableFutures: z.boolean(),
  tradingAuthorityExpirationTime: milliseconds.optional(),
});

/** Both say whether the account may trade, and nothing of what its key may do. */
const ACCOUNTS = {
  spot: { path: "/api/v3/account", parameters: { omitZeroBalances: "true" } },
  usdm: { path: "/fapi/v1/accountConfig", parameters: {} },
} as const;
const account = z.object({ canTrade: z.boolean() });

/** Codes about the key, its secret, its permissions or its addresses, and nothing else. */
const NOT_TAKEN = new Set([-1002, -1005, -1011, -1022, -2008, -2014, -2015, -2017]);

export interface KeySources {
  market: Market;
  /** Where the market is. */
  own: Transport;
  /** Where the wallet is, which says what the key may do in both markets; absent at a testnet, which has none. */
  wallet?: Transport | undefined;
  /** A relay may pass on no more than it needs to trade. */
  isRelayed: boolean;
}

export function binanceKeyHealth({ market, own, wallet, isRelayed }: KeySources): NonNullable<Venue["keyHealth"]> {
  async function byAccount(why: string): Promise<KeyHealth> {
    const { path, parameters } = ACCOUNTS[market];
    const reply = await own.signed("GET", path, parameters);
    const refused = notTaken(reply);
    if (refused !== undefined) return refused;
    const { canTrade } = await ask("whether the account may trade", Promise.resolve(reply), account);
    if (!canTrade) return { problem: "the account may not trade, says Binance", because: "wrong" };
    const problem = `key and secret are taken and the account may trade; what the key itself may do ${why}`;
    return { problem, because: "hidden" };
  }

  return async () => {
    if (wallet === undefined) return byAccount("is told by no testnet");
    const reply = await wallet.signed("GET", "/sapi/v1/account/apiRestrictions", {});
    const refused = notTaken(reply);
    if (refused !== undefined) return refused;
    const isAnswer = reply.ok && restrictions.safeParse(reply.body).success;
    if (isRelayed && !isAnswer) return byAccount("is not told, because its relay does not pass /sapi on");
    const said = await ask("what the key may do", Promise.resolve(reply), restrictions);
    return {
      mayTrade: market === "spot" ? said.enableSpotAndMarginTrading : said.enableFutures,
      mayWithdraw: said.enableWithdrawals,
      isBound: said.ipRestrict,
      expiresAt: said.tradingAuthorityExpirationTime?.toISOString(),
    };
  };
}

function notTaken(reply: Reply): KeyHealth | undefined {
  if (reply.ok || reply.fault.code === undefined || !NOT_TAKEN.has(reply.fault.code)) return undefined;
  return { problem: reply.fault.reason, because: "wrong" };
}
