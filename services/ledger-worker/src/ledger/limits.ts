import { accountLimits, type AccountLimits } from "#contracts/account-limits";
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
import { quoteOf } from "#contracts/quote";
import type { Side, Signal } from "#contracts/signal";
import { storedHalt } from "./halt.ts";
import { positionOf, profitOfDay } from "./positions.ts";
import { isOpen, type LegRow } from "./rows.ts";
import { openAgainst, unfilled } from "./sizing.ts";
import { MINUTE } from "./times.ts";
import type { Tx } from "./tx.ts";

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

/** Why this entry may not be sent now, or undefined. Exits and protective legs are never asked. */
export function entryRefusal(tx: Tx, entry: LegRow, quantity: Decimal, signal: Signal): string | undefined {
  const { limits: configured } = tx.config;
  const order = { entry, quantity, signal };
  return (
    tradingOff(tx) ??
    ("invalid" in configured ? undefined : accountRefusal(tx, order, configured)) ??
    accountRefusal(tx, order, signal.accountLimits ?? {}) ??
    strategyRefusal(tx, order)
  );
}

interface Order {
  entry: LegRow;
  quantity: Decimal;
  signal: Signal;
}

function accountRefusal(tx: Tx, order: Order, limits: AccountLimits): string | undefined {
  const { symbols, maxNotional, maxPosition, maxOpenPositions, ordersPerMinute, maxDailyLoss, priceBandPercent } =
    limits;
  const { symbol } = order.entry;
  if (symbols !== undefined && !symbols.includes(symbol) && !isZero(opensOf(tx, order))) {
    return `The account may not enter ${symbol}; it may enter ${symbols.join(", ")}.`;
  }
  if (ordersPerMinute !== undefined && sentLately(tx) >= ordersPerMinute) {
    return `The limit of ${ordersPerMinute} orders per minute is reached.`;
  }
  if (maxDailyLoss !== undefined) {
    const profit = profitOfDay(tx);
    if (isNegative(profit) && compare(negate(profit), maxDailyLoss) >= 0) {
      return `Today's loss of ${negate(profit)} reaches the daily limit of ${maxDailyLoss}.`;
    }
  }
  if (maxOpenPositions !== undefined) {
    const open = openSymbols(tx);
    if (open.length >= maxOpenPositions && !open.includes(symbol)) {
      return `The limit of ${maxOpenPositions} open positions is reached: ${open.join(", ")}.`;
    }
  }
  if (priceBandPercent !== undefined && order.signal.price === undefined) {
    return `Whether it trades within ${priceBandPercent} % of the alert's price cannot be kept without one; ${GIVE_A_PRICE}.`;
  }
  return (
    (maxPosition === undefined ? undefined : beyondPosition(tx, order, `the limit of ${maxPosition}`, maxPosition)) ??
    (maxNotional === undefined ? undefined : beyondNotional(tx, order, maxNotional, "of the account"))
  );
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
  const { maxNotional, maxPosition, maxPositionNotional } = limits ?? {};
  const owner = `of strategy ${strategy}`;
  return (
    (maxPosition === undefined
      ? undefined
      : beyondPosition(tx, order, `the limit of ${maxPosition} ${owner}`, maxPosition)) ??
    (maxPositionNotional === undefined ? undefined : beyondWorth(tx, order, maxPositionNotional)) ??
    (maxNotional === undefined ? undefined : beyondNotional(tx, order, maxNotional, owner))
  );
}

/** What a net order closes raises nothing: it must be able to end what an earlier one began. */
function opensOf(tx: Tx, { entry, quantity }: Order): Decimal {
  return subtract(quantity, minimum(quantity, openAgainst(tx, entry.symbol, entry.side)));
}

function beyondNotional(tx: Tx, order: Order, limit: Decimal, owner: string): string | undefined {
  const { entry, signal } = order;
  const opens = opensOf(tx, order);
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

/** The most that an alert lets the position be worth. */
function beyondWorth(tx: Tx, order: Order, limit: Decimal): string | undefined {
  const { price } = order.signal;
  const what = `the alert's limit of ${[limit, quoteOf(order.entry.symbol)].filter(Boolean).join(" ")} for the position`;
  if (price !== undefined) return beyondPosition(tx, order, what, divide(limit, price));
  return `What the position is worth is not known without a price, so ${what} cannot be kept; ${GIVE_A_PRICE}.`;
}

function beyondPosition(tx: Tx, { entry, quantity }: Order, what: string, limit: Decimal): string | undefined {
  const now = positionOf(tx, entry.symbol).quantity;
  const projected = add(reserved(tx, entry, now), signed(entry.side, quantity));
  const grows = compare(absolute(projected), absolute(now)) > 0;
  if (!grows || compare(absolute(projected), limit) <= 0) return undefined;
  return `The position in ${entry.symbol} would become ${projected}, beyond ${what}.`;
}

/** Counts an order that is being sent, exits too. */
export function countSend(tx: Tx, { accountLimits: brought }: Signal): void {
  const { limits: configured } = tx.config;
  const limited = !("invalid" in configured) && configured.ordersPerMinute !== undefined;
  if (!limited && brought?.ordersPerMinute === undefined) return;
  tx.sql.exec(`DELETE FROM sends WHERE at <= ?`, tx.now - MINUTE);
  tx.sql.exec(`INSERT INTO sends (at) VALUES (?)`, tx.now);
}

function sentLately(tx: Tx): number {
  return tx.sql.exec<{ n: number }>(`SELECT count(*) AS n FROM sends WHERE at > ?`, tx.now - MINUTE)[0]?.n ?? 0;
}

/** The position as it would be with every other entry of that side filled. */
function reserved(tx: Tx, entry: LegRow, position: Decimal): Decimal {
  return tx
    .liveLegs(entry.symbol)
    .filter((leg) => leg.role === "entry" && leg.side === entry.side && leg !== entry && isOpen(leg))
    .reduce((sum, leg) => add(sum, signed(leg.side, unfilled(leg))), position);
}

function signed(side: Side, quantity: Decimal): Decimal {
  return side === "buy" ? quantity : negate(quantity);
}
