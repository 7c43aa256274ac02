import { accountLimits, limitsEntry, type AccountLimits } from "#contracts/account-limits";
import { firstProblem } from "#contracts/codec";
import {
  absolute,
  add,
  compare,
  divide,
  isNegative,
  isZero,
  minimum,
  multiply,
  negate,
  subtract,
  type Decimal,
} from "#contracts/decimal";
import type { AllowedNow } from "#contracts/ledger";
import { countedAs, currencyWords, DOLLARS, quoteOf, type Currency, type Quote } from "#contracts/quote";
import type { Side, Signal } from "#contracts/signal";
import { storedHalt } from "./halt.ts";
import { positionOf, profitOfDay } from "./positions.ts";
import { isOpen, type LegRow } from "./rows.ts";
import { readMeta, writeMeta } from "./schema.ts";
import { onlyReduces, opensOf, reducible, unfilled } from "./sizing.ts";
import { MINUTE } from "./times.ts";
import type { Tx } from "./tx.ts";
import { sentence } from "./words.ts";

const GIVE_A_PRICE = 'put a price into the alert, such as "price": "{{close}}"';

/** Reads the LIMITS variable; what cannot be read halts entries rather than the Worker. */
export function parseLimits(text: string | undefined): AccountLimits | { invalid: string } {
  try {
    const parsed = accountLimits.safeParse(JSON.parse(text === undefined || text.trim() === "" ? "{}" : text));
    return parsed.success ? parsed.data : { invalid: firstProblem(parsed.error) };
  } catch {
    return { invalid: "it is not JSON" };
  }
}

/** Why no entry may trade in this ledger, or undefined. */
export function tradingOff(tx: Pick<Tx, "sql" | "config" | "memory">): string | undefined {
  const stored = storedHalt(tx);
  if (stored !== undefined) return stored;
  const { limits: configured } = tx.config;
  if (!("invalid" in configured)) return undefined;
  return `LIMITS of ledger-worker is misconfigured: ${configured.invalid}; entries are halted until it is corrected and deployed`;
}

/** The signal with what the account allows now, instead of what it brought, where that was asked. */
export function asAllowed(signal: Signal, now: AllowedNow | undefined): Signal {
  return now === undefined || "problem" in now ? signal : { ...signal, accountLimits: now };
}

/** Why this entry may not be sent now, or undefined. Exits and protective legs are never asked. */
export function entryRefusal(tx: Tx, order: Order, now: AllowedNow | undefined): string | undefined {
  const { limits: configured } = tx.config;
  const { accountLimits: allowed } = order.signal;
  if (allowed !== undefined) countFromNow(tx, allowed.ordersPerMinute !== undefined);
  return (
    tradingOff(tx) ??
    (now !== undefined && "problem" in now ? sentence(now.problem) : undefined) ??
    ("invalid" in configured ? undefined : accountRefusal(tx, order, configured, "LIMITS of ledger-worker")) ??
    accountRefusal(tx, order, allowed ?? {}, limitsEntry(tx.ledger)) ??
    strategyRefusal(tx, order)
  );
}

interface Order {
  entry: LegRow;
  quantity: Decimal;
  signal: Signal;
}

function accountRefusal(tx: Tx, order: Order, limits: AccountLimits, where: string): string | undefined {
  const { symbols, maxPosition, maxOpenPositions, ordersPerMinute, priceBandPercent } = limits;
  const { symbol } = order.entry;
  // What only reduces must be able to end what an earlier order began.
  const reduces = isZero(raises(tx, order));
  if (symbols !== undefined && !symbols.includes(symbol) && !reduces) {
    return `The account may not enter ${symbol}; it may enter ${symbols.join(", ")}.`;
  }
  if (ordersPerMinute !== undefined && !reduces && sentLately(tx) >= ordersPerMinute) {
    return `The limit of ${ordersPerMinute} orders per minute is reached.`;
  }
  if (maxOpenPositions !== undefined) {
    const open = openSymbols(tx);
    if (open.length >= maxOpenPositions && !open.includes(symbol)) {
      return `The limit of ${maxOpenPositions} open positions is reached: ${open.join(", ")}.`;
    }
  }
  if (priceBandPercent !== undefined && !reduces && order.signal.price === undefined) {
    return `Whether it trades within ${priceBandPercent} % of the alert's price cannot be kept without one; ${GIVE_A_PRICE}.`;
  }
  return (
    (maxPosition === undefined ? undefined : beyondPosition(tx, order, `the limit of ${maxPosition}`, maxPosition)) ??
    beyondMoney(tx, order, limits, where)
  );
}

function beyondMoney(tx: Tx, order: Order, limits: AccountLimits, where: string): string | undefined {
  const { currency = DOLLARS, maxNotional, maxPositionNotional, maxDailyLoss } = limits;
  if ((maxNotional ?? maxPositionNotional ?? maxDailyLoss) === undefined) return undefined;
  const { symbol } = order.entry;
  const reduces = isZero(raises(tx, order));
  const counted = countedAs(currency);
  const other = otherCurrency(symbol, counted, {
    what: "the account's limits are",
    mend: (quote) =>
      quote === undefined
        ? "trade it on an account without limits in money"
        : `write "currency": "${quote}" into ${where}, with limits in it, or trade ${symbol} on another account`,
  });
  if (other !== undefined) return reduces ? undefined : other;
  const profit = profitOfDay(tx, counted);
  if (maxDailyLoss !== undefined && !reduces && compare(profit, negate(maxDailyLoss)) <= 0) {
    return `Today's loss of ${negate(profit)} ${currencyWords(counted)} reaches the daily limit of ${maxDailyLoss}.`;
  }
  return (
    (maxPositionNotional === undefined
      ? undefined
      : beyondWorth(tx, order, maxPositionNotional, "the account's limit")) ??
    (maxNotional === undefined ? undefined : beyondNotional(tx, order, maxNotional, "of the account"))
  );
}

/** A limit compared with money of another currency as if both were bare numbers would let through what it is there to stop. */
function otherCurrency(
  symbol: string,
  counted: Currency,
  { what, mend }: { what: string; mend: (quote: Quote | undefined) => string },
): string | undefined {
  const quote = quoteOf(symbol);
  if (quote !== undefined && countedAs(quote) === counted) return undefined;
  const traded = quote === undefined ? `What ${symbol} is traded in is not known` : `${symbol} is traded in ${quote}`;
  return `${traded}, and ${what} in ${currencyWords(counted)}, which cannot be compared; ${mend(quote)}.`;
}

/** How far from the alert's price an entry may trade, in percent: the narrower of what the account and the signal say. */
export function priceBandOf(tx: Pick<Tx, "config">, signal: Signal): Decimal | undefined {
  const { limits: configured } = tx.config;
  const own = "invalid" in configured ? undefined : configured.priceBandPercent;
  const said = signal.accountLimits?.priceBandPercent;
  return own !== undefined && said !== undefined ? minimum(own, said) : (own ?? said);
}

/** The far edge of the band around the alert's price. */
export function worstPrice(price: Decimal, { side, band }: { side: Side; band: Decimal }): Decimal {
  const distance = divide(multiply(price, band), "100");
  return side === "buy" ? add(price, distance) : subtract(price, distance);
}

/** Symbols with a position, or with an entry at the venue that may become one. */
function openSymbols(tx: Tx): string[] {
  const rows = tx.sql.exec<{ symbol: string }>(
    `SELECT symbol FROM positions WHERE quantity <> '0' UNION SELECT symbol FROM legs
     WHERE live = 1 AND role = 'entry' AND (status IN ('sending', 'in_doubt') OR order_status = 'working') ORDER BY symbol`,
  );
  return rows.map((row) => row.symbol);
}

/** The limits that came with the signal. */
function strategyRefusal(tx: Tx, order: Order): string | undefined {
  const { strategy, limits } = order.signal;
  const { maxNotional, maxPosition, maxPositionNotional, currency = DOLLARS } = limits ?? {};
  const owner = `of strategy ${strategy}`;
  return (
    (maxPosition === undefined
      ? undefined
      : beyondPosition(tx, order, `the limit of ${maxPosition} ${owner}`, maxPosition)) ??
    (maxPositionNotional === undefined
      ? undefined
      : beyondWorth(tx, order, maxPositionNotional, "the alert's limit")) ??
    (maxNotional === undefined
      ? undefined
      : (otherMoney(tx, order, countedAs(currency)) ?? beyondNotional(tx, order, maxNotional, owner)))
  );
}

function otherMoney(tx: Tx, order: Order, counted: Currency): string | undefined {
  const { strategy } = order.signal;
  if (isZero(raises(tx, order))) return undefined;
  return otherCurrency(order.entry.symbol, counted, {
    what: `the limit of strategy ${strategy} for one order is`,
    mend: (quote) =>
      quote === undefined
        ? `take it away: npx hoox strategy set ${strategy} --unset max-notional`
        : `write it anew: npx hoox strategy set ${strategy} --currency ${quote} --max-notional <amount>`,
  });
}

/** What a net order closes raises nothing: it must be able to end what an earlier one began. */
function raises(tx: Tx, { entry, quantity }: Order): Decimal {
  return opensOf(tx, entry, quantity);
}

function beyondNotional(tx: Tx, order: Order, limit: Decimal, owner: string): string | undefined {
  const { entry, signal } = order;
  const opens = raises(tx, order);
  if (isZero(opens)) return undefined;
  const money = quoteOf(entry.symbol);
  const unit = money === undefined ? "" : ` ${money}`;
  const what = `the limit of ${limit}${unit} ${owner} for one order`;
  if (signal.price === undefined) {
    return `What it is worth is not known without a price, so ${what} cannot be kept; ${GIVE_A_PRICE}.`;
  }
  const worth = multiply(opens, signal.price);
  if (compare(worth, limit) <= 0) return undefined;
  return `It would open ${opens} at ${signal.price}, worth ${worth}${unit}, beyond ${what}.`;
}

/** The most that the position may be worth. */
function beyondWorth(tx: Tx, order: Order, limit: Decimal, whose: string): string | undefined {
  const { price } = order.signal;
  const what = `${whose} of ${[limit, quoteOf(order.entry.symbol)].filter(Boolean).join(" ")} for the position`;
  if (price !== undefined) return beyondPosition(tx, order, what, divide(limit, price));
  if (isZero(raises(tx, order))) return undefined;
  return `What the position is worth is not known without a price, so ${what} cannot be kept; ${GIVE_A_PRICE}.`;
}

function beyondPosition(tx: Tx, order: Order, what: string, limit: Decimal): string | undefined {
  // It can only reduce, whatever rests beside it and fills first.
  if (isZero(raises(tx, order))) return undefined;
  const { entry, quantity } = order;
  const now = positionOf(tx, entry.symbol).quantity;
  const projected = add(reserved(tx, entry, now), signed(entry.side, quantity));
  // Beyond zero all of it is new.
  const before = isNegative(projected) === isNegative(now) ? absolute(now) : "0";
  if (compare(absolute(projected), before) <= 0 || compare(absolute(projected), limit) <= 0) return undefined;
  return `The position in ${entry.symbol} would become ${projected}, beyond ${what}.`;
}

/** Counts an order that is being sent, exits too: only under a limit, because counting costs rows. */
export function countSend(tx: Tx): void {
  const { limits: configured } = tx.config;
  const limited = !("invalid" in configured) && configured.ordersPerMinute !== undefined;
  if (!limited && !countsOrders(tx)) return;
  tx.sql.exec(`DELETE FROM sends WHERE at <= ?`, tx.now - MINUTE);
  tx.sql.exec(`INSERT INTO sends (at) VALUES (?)`, tx.now);
}

/** Exits bring no limits, so the last entry says for them whether they count. */
function countFromNow(tx: Tx, counts: boolean): void {
  if (countsOrders(tx) === counts) return;
  writeMeta(tx.sql, "counts_orders", counts ? "1" : "0");
  tx.memory.countsOrders = counts;
}

function countsOrders(tx: Tx): boolean {
  return (tx.memory.countsOrders ??= readMeta(tx.sql, "counts_orders") === "1");
}

function sentLately(tx: Tx): number {
  return tx.sql.exec<{ n: number }>(`SELECT count(*) AS n FROM sends WHERE at > ?`, tx.now - MINUTE)[0]?.n ?? 0;
}

/** The position as it would be with every other entry of that side filled; what can only reduce it goes first, to zero. */
function reserved(tx: Tx, entry: LegRow, position: Decimal): Decimal {
  const others = tx
    .liveLegs(entry.symbol)
    .filter((leg) => leg.role === "entry" && leg.side === entry.side && leg !== entry && isOpen(leg));
  const after = (sum: Decimal, { side }: LegRow, quantity: Decimal): Decimal => add(sum, signed(side, quantity));
  const reduced = others
    .filter((leg) => onlyReduces(tx, leg))
    .reduce((sum, leg) => after(sum, leg, minimum(unfilled(leg), reducible(sum, leg.side))), position);
  return others.filter((leg) => !onlyReduces(tx, leg)).reduce((sum, leg) => after(sum, leg, unfilled(leg)), reduced);
}

function signed(side: Side, quantity: Decimal): Decimal {
  return side === "buy" ? quantity : negate(quantity);
}
