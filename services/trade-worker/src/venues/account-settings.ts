import * as z from "zod";
import { accountPrefix } from "#contracts/account-variable";
import { firstProblem } from "#contracts/codec";
import type { VenueAccount } from "./live.ts";

const LOCAL = new Set(["localhost", "127.0.0.1", "[::1]"]);

/** Where Binance is itself, live or testnet. Which of them an account needs follows from its venue and TESTNET. */
const BINANCE_ITSELF = /(?:^|\.)(?:binance\.(?:com|vision|us)|binancefuture\.com)\.?$/;
/** How the paths of requests begin, which are put behind the address. */
const REQUEST_PATH = /^\/(?:api|fapi|sapi)(?:\/|$)/;

/** What is wrong with an address, and what to do. */
function problemOf(text: string): string | undefined {
  const url = URL.parse(text);
  if (url === null) return "must be an address such as https://relay.example";
  const isWeb = url.protocol === "https:" || (url.protocol === "http:" && LOCAL.has(url.hostname));
  if (!isWeb) return "must begin with https://";
  if (url.username !== "" || url.password !== "") {
    return "must have no user and no password: the signature of each request is what the relay may trust";
  }
  if (/[?#]/.test(text)) return "must end before ? and #: the parameters of each request are put behind it";
  if (BINANCE_ITSELF.test(url.hostname)) {
    return "is for a relay, and this is Binance itself: leave it out; with TESTNET or without it, Hoox knows the address";
  }
  if (REQUEST_PATH.test(url.pathname)) {
    return "must end before /api, /fapi and /sapi: the path of each request is put behind it";
  }
  return undefined;
}

const address = z
  .string()
  .superRefine((text, context) => {
    const problem = problemOf(text);
    if (problem !== undefined) context.addIssue(problem);
  })
  .transform((text) => text.replace(/\/+$/, ""));

/** What is set of one account at one exchange, beside its credentials. */
const accountSettings = z.object({
  /** Play money at the exchange itself, with keys of its testnet. */
  TESTNET: z.enum(["true", "false"], "must be true or false").default("false"),
  /** Where the exchange is reached instead: a relay with an address of its own. */
  URL: address.optional(),
  /** Set before each entry where the market knows one; absent: as the account has it. */
  MARGIN_MODE: z.enum(["isolated", "crossed"], "must be isolated or crossed").optional(),
});

export interface AccountSettings {
  isTestnet: boolean;
  url?: string | undefined;
  marginMode?: "isolated" | "crossed" | undefined;
}

/** Accounts with play money begin so, and no others do: a ledger of one must never become a ledger of real money. */
const TEST_ACCOUNT = /^test/;

/** The settings of an account, such as `TEST_BINANCE_TESTNET`, or a sentence that says which is wrong. */
export function readAccountSettings(
  of: VenueAccount,
  variable: (name: string) => string | undefined,
): AccountSettings | { problem: string } {
  const prefix = accountPrefix(of);
  const given = Object.fromEntries(
    Object.keys(accountSettings.shape).map((name) => [name, variable(`${prefix}_${name}`)]),
  );
  const parsed = accountSettings.safeParse(given);
  if (!parsed.success) return { problem: `${prefix}_${firstProblem(parsed.error)}` };
  const { TESTNET, URL: url, MARGIN_MODE: marginMode } = parsed.data;
  if ((TESTNET === "true") !== TEST_ACCOUNT.test(of.account)) {
    const problem =
      TESTNET === "true"
        ? `account ${of.account} cannot be at a testnet: call one with play money test, or test and more, because its ledger keeps what it holds`
        : `account ${of.account} is called as one with play money, and ${prefix}_TESTNET is not true`;
    return { problem };
  }
  return { isTestnet: TESTNET === "true", url, marginMode };
}
