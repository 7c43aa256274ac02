/**
 * What a refusal proves. `refused` is permanent and nothing was executed; `not_executed` may be tried again;
 * `absent` and `duplicate` speak of the order that was named; `unchanged` is as good as done.
 */
export type Verdict = "refused" | "not_executed" | "unknown" | "absent" | "duplicate" | "unchanged";

export type Market = "spot" | "usdm";

/** A reply that is not what was asked for; `reason` keeps the venue's code and words. */
export interface Fault {
  verdict: Verdict;
  code?: number | undefined;
  reason: string;
  retryAfterMs?: number | undefined;
  /** It is about the account, its key or where the request came from, and not about the order. */
  isOfAccount?: boolean;
  /** The order breaks a rule of its symbol, of which what is known may be old. */
  isOfRules?: boolean;
  /** Nothing may be sent to this address until the deferral is over: what ignores it is banned. */
  stopAll?: boolean;
}

export interface Refusal {
  status: number;
  code?: number | undefined;
  /** The venue's own words, or the start of a body that is not its JSON. */
  text: string;
  /** The header Retry-After, in seconds. */
  retryAfter?: string | null;
  now: Date;
}

interface Row {
  verdict: Verdict;
  /** What the trader can do; said after the venue's words. */
  hint?: string;
  isOfAccount?: boolean;
  isOfRules?: boolean;
}

const KEY_HINT = "check the account's API key and secret, its permissions and its list of allowed addresses";
const ACCOUNT_HINT = "the account may not trade it: ask Binance why";
const BALANCE_HINT = "the account has too little free balance or margin for it";
const RULE_HINT = "the order breaks a rule of the symbol";
const MINUTE_MS = 60_000;
const SHORTEST_BAN_MS = 120_000;

const refused = (hint?: string): Row => ({ verdict: "refused", ...(hint !== undefined && { hint }) });
const ofAccount = (hint: string): Row => ({ ...refused(hint), isOfAccount: true });
const ofRules = (hint: string): Row => ({ ...refused(hint), isOfRules: true });
const notExecuted: Row = { verdict: "not_executed" };

const shared: Readonly<Record<number, Row>> = {
  [-1002]: ofAccount(KEY_HINT),
  [-1003]: notExecuted,
  [-1006]: { verdict: "unknown" },
  [-1007]: { verdict: "unknown" },
  [-1008]: notExecuted,
  [-1013]: ofRules(RULE_HINT),
  [-1014]: refused("the venue does not take this kind of order"),
  [-1015]: notExecuted,
  [-1021]: notExecuted,
  // The book is empty for a moment.
  [-1112]: notExecuted,
  [-1022]: ofAccount("the API secret does not belong to the key"),
  [-1109]: ofAccount("the account does not trade in this market"),
  [-1111]: ofRules("the quantity or price has more decimals than the symbol allows"),
  [-2008]: ofAccount(KEY_HINT),
  [-2011]: { verdict: "absent" },
  [-2013]: { verdict: "absent" },
  [-2014]: ofAccount(KEY_HINT),
  [-2015]: ofAccount(KEY_HINT),
};

/** -1100…-1130 are about a parameter; these say more. */
const parameterHints: Readonly<Record<number, string>> = {
  [-1121]: "the venue does not trade this symbol",
};

const MARGIN_MODE_HINT = "the margin mode cannot change while the symbol has orders or a position";
const LEVERAGE_HINT = "the venue does not allow this leverage for the symbol or the account";
const BAND_HINT = "the price is further from the mark price than the symbol allows";
const TRIGGERED_HINT = "the trigger price is past the market already";
const TOO_MANY_HINT = "too many orders of the account rest already";
const REDUCE_ONLY_HINT = "the account may only reduce what it has open";
const PAIR_HINT = "the venue does not take the two as a pair";

const rowsOf = (codes: readonly number[], row: Row): Readonly<Record<number, Row>> =>
  Object.fromEntries(codes.map((code) => [code, row]));

const perMarket: Readonly<Record<Market, Readonly<Record<number, Row>>>> = {
  spot: {
    [-2010]: refused(),
    // It ended unfilled 90 days ago. No order can be made of that: the answer does not say which order it was, and an id of
    // our own would count as a second one. Nothing executed and nothing works is what absent means.
    [-2026]: { verdict: "absent" },
    ...rowsOf([-1158, -1165, -1166, -1168, -1196, -1197, -1198, -1199], refused(PAIR_HINT)),
  },
  usdm: {
    [-2010]: refused(),
    ...rowsOf([-1005, -1011, -1099, -2017], ofAccount(KEY_HINT)),
    ...rowsOf([-2018, -2019, -4050, -4051], refused(BALANCE_HINT)),
    ...rowsOf([-2021, -4142], refused(TRIGGERED_HINT)),
    [-2022]: refused("there is no position that it could reduce"),
    // Nothing but time ends these two.
    ...rowsOf([-2023, -4088], notExecuted),
    [-2024]: refused("less is open than it would reduce"),
    ...rowsOf([-2025, -4045], refused(TOO_MANY_HINT)),
    [-2027]: refused("at this leverage the venue allows no position so large: ask for less of one of them"),
    [-2028]: refused("the margin is too little for so low a leverage while the position is open"),
    ...rowsOf([-4001, -4002, -4003, -4004, -4005, -4006, -4007, -4013, -4014, -4023], ofRules(RULE_HINT)),
    [-4015]: refused("the client order id is not one that the venue takes"),
    ...rowsOf([-4016, -4024, -4210, -4211], refused(BAND_HINT)),
    ...rowsOf([-4028, -4202, -4203, -4205, -4206, -4208, -4209, -4403], refused(LEVERAGE_HINT)),
    [-4046]: { verdict: "unchanged" },
    [-4047]: refused(MARGIN_MODE_HINT),
    [-4048]: refused(MARGIN_MODE_HINT),
    [-4059]: { verdict: "unchanged" },
    [-4061]: ofAccount("the account is in hedge mode; set its position mode to one-way"),
    ...rowsOf([-4087, -4400, -4401], refused(REDUCE_ONLY_HINT)),
    [-4109]: ofAccount("the account sleeps: transfer something into its futures wallet"),
    [-4116]: { verdict: "duplicate" },
    [-4118]: refused("with the orders that rest it would turn the position around"),
    [-4120]: refused("conditional orders go to the algo endpoint"),
    // A market order that finds no price near the mark price; the next one may.
    [-4131]: notExecuted,
    ...rowsOf([-4140, -4141], refused("the symbol does not trade any more")),
    [-4161]: refused("leverage cannot be reduced while a position is open"),
    [-4164]: ofRules("the order is worth less than the symbol's minimum"),
    [-4168]: refused("the account is in multi-assets mode, which knows no isolated margin"),
    [-4192]: refused("the account is in the cooling-off period that its owner asked for"),
    [-4402]: refused("the venue does not offer this where the account is at home"),
    [-5021]: refused("fill or kill, and it could not be filled at once"),
    [-5022]: refused("post only, and it would have filled at once"),
  },
};

/** What spot says with the codes of a bad order, though every order of the account would hear it. */
const OF_ACCOUNT =
  /action is disabled on this account|account may not place or cancel orders|(?:permitted|restricted) for this account/i;

/** The row of a code; undefined for one that nobody has mapped, which proves nothing. */
function rowOf(market: Market, { code, text }: Refusal): Row | undefined {
  if (code === undefined) return undefined;
  // One code for every order that the engine turns down: only its words tell why.
  if (market === "spot" && code === -2010) {
    if (/^Duplicate order sent/i.test(text)) return { verdict: "duplicate" };
    if (/insufficient balance/i.test(text)) return refused(BALANCE_HINT);
  }
  const isOrderNo = code === -2010 || code === -1013;
  if (market === "spot" && isOrderNo && OF_ACCOUNT.test(text)) return ofAccount(ACCOUNT_HINT);
  if (isOrderNo && /market is closed/i.test(text)) return notExecuted;
  if (code <= -1100 && code >= -1130 && shared[code] === undefined)
    return refused(parameterHints[code] ?? "the order was put in wrong terms");
  return perMarket[market][code] ?? shared[code];
}

/** USD-M answers three sentences with 503, two of which promise that nothing was executed. */
const NOT_EXECUTED_503 = [/^Service Unavailable\.?$/i, /^Internal error; unable to process/i];

/** Reads what a reply that is no success proves. Whatever nobody has mapped is unknown, and is asked about. */
export function faultOf(market: Market, refusal: Refusal): Fault {
  const { status, code, text } = refusal;
  const said = `Binance answered ${code === undefined ? `HTTP ${status}` : `${code}`}: ${text || "no words"}`;
  const fault = (row: Row, more: Partial<Fault> = {}): Fault => ({
    verdict: row.verdict,
    code,
    reason: row.hint === undefined ? said : `${said} (${row.hint})`,
    ...(row.isOfAccount && { isOfAccount: true }),
    ...(row.isOfRules && { isOfRules: true }),
    ...more,
  });
  // Orders are counted by account, and by ten seconds: everything else may go on.
  if (code === -1015) return fault(notExecuted, deferral(refusal));
  if (status === 418 || status === 429 || code === -1003) {
    return fault(notExecuted, { retryAfterMs: banMs(refusal), stopAll: true });
  }
  if (status === 451)
    return fault(ofAccount("Binance does not serve the place this Worker runs in: move it, or use a relay"));
  if (status === 403 && code === undefined)
    return fault(ofAccount("Binance's firewall turned the request away: use another place or a relay"));
  const row = rowOf(market, refusal);
  if (status >= 500 || status === 408) {
    const promised = market === "usdm" && status === 503 && NOT_EXECUTED_503.some((words) => words.test(text));
    const mapped = row?.verdict === "not_executed" ? row : undefined;
    return promised || mapped ? fault(notExecuted, deferral(refusal)) : fault({ verdict: "unknown" });
  }
  if (row === undefined) return fault({ verdict: "unknown", hint: "Hoox does not know this answer" });
  return fault(row, row.verdict === "not_executed" ? deferral(refusal) : {});
}

function deferral(refusal: Refusal): Partial<Fault> {
  const told = retryAfterMs(refusal);
  if (refusal.code === -1015) return { retryAfterMs: told ?? 10_000 };
  return told === undefined ? {} : { retryAfterMs: told };
}

function banMs(refusal: Refusal): number {
  const now = refusal.now.getTime();
  const until = /banned until (\d{13})/i.exec(refusal.text)?.[1];
  if (until !== undefined) return Math.max(Number(until) - now, 1_000);
  const told = retryAfterMs(refusal);
  if (told !== undefined) return told;
  // Weight is counted by the minute; the shortest ban is two.
  return refusal.status === 418 ? SHORTEST_BAN_MS : MINUTE_MS - (now % MINUTE_MS);
}

function retryAfterMs({ retryAfter }: Refusal): number | undefined {
  const seconds = Number(retryAfter ?? Number.NaN);
  return Number.isFinite(seconds) && seconds > 0 ? Math.ceil(seconds * 1_000) : undefined;
}
