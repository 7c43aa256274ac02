import { add, compare, isZero, subtract, type Decimal } from "#contracts/decimal";
import type { Position } from "#contracts/order";
import { applyFill, flat } from "#contracts/position";
import { currencyOf, type Currency } from "#contracts/quote";
import type { Side } from "#contracts/signal";
import type { Tx } from "./tx.ts";

export interface PositionRow {
  symbol: string;
  quantity: Decimal;
  average_price: Decimal | null;
  realised_profit: Decimal;
  fees: Decimal;
  rev: number;
  updated_at: number;
  /** When it last left zero or changed sides; null when flat, or opened before this was kept. */
  opened_at: number | null;
}

export interface LedgerPosition extends Position {
  rev: number;
}

export function positionOf(tx: Pick<Tx, "sql" | "memory">, symbol: string): LedgerPosition {
  const known = tx.memory.positions.get(symbol);
  if (known) return known;
  const row = tx.sql.exec<PositionRow>(`SELECT * FROM positions WHERE symbol = ?`, symbol)[0];
  const position = row ? toPosition(row) : { ...flat(symbol), rev: 0 };
  tx.memory.positions.set(symbol, position);
  return position;
}

export function toPosition(row: PositionRow): LedgerPosition {
  return {
    symbol: row.symbol,
    quantity: row.quantity,
    ...(row.average_price === null ? {} : { averagePrice: row.average_price }),
    realisedProfit: row.realised_profit,
    fees: row.fees,
    rev: row.rev,
  };
}

/** Books one fill; answers the position after it and the profit that it realised. */
export function book(
  tx: Tx,
  symbol: string,
  fill: { side: Side; quantity: Decimal; price: Decimal; fee: Decimal },
): { position: LedgerPosition; profit: Decimal } {
  const before = positionOf(tx, symbol);
  const after = applyFill(before, fill);
  const profit = subtract(after.realisedProfit, before.realisedProfit);
  const position: LedgerPosition = { ...after, rev: before.rev + 1 };
  store(tx, position, { opened: compare(before.quantity, "0") !== compare(after.quantity, "0") });
  addToDay(tx, symbol, subtract(profit, fill.fee));
  return { position, profit };
}

/** What is left of a position is too little for any order: it is flat, and nothing is earned or lost by that. */
export function writeOff(tx: Tx, symbol: string): void {
  const { averagePrice: _averagePrice, ...before } = positionOf(tx, symbol);
  store(tx, { ...before, quantity: "0", rev: before.rev + 1 }, { opened: true });
}

/** Books a fee that was reported after its fill. */
export function bookFee(tx: Tx, symbol: string, fee: Decimal): LedgerPosition {
  const before = positionOf(tx, symbol);
  const position: LedgerPosition = { ...before, fees: add(before.fees, fee), rev: before.rev + 1 };
  store(tx, position, { opened: false });
  addToDay(tx, symbol, subtract("0", fee));
  return position;
}

/** The UTC day that a limit counts by. */
function dayOf(ms: number): string {
  return new Date(ms).toISOString().slice(0, 10);
}

/** What was realised today in a currency, fees counted; undefined: in symbols of which nobody knows it. */
export function profitOfDay(tx: Tx, currency: Currency | undefined): Decimal {
  return profitsOfDay(tx).get(currency ?? UNKNOWN) ?? "0";
}

const UNKNOWN = "";

function profitsOfDay(tx: Tx): Map<string, Decimal> {
  const day = dayOf(tx.now);
  if (tx.memory.day?.day === day) return tx.memory.day.profits;
  const rows = tx.sql.exec<{ currency: string; profit: Decimal }>(
    `SELECT currency, profit FROM day_profits WHERE day = ?`,
    day,
  );
  const profits = new Map(rows.map(({ currency, profit }) => [currency, profit]));
  tx.memory.day = { day, profits };
  return profits;
}

function store(tx: Tx, position: LedgerPosition, { opened }: { opened: boolean }): void {
  tx.sql.exec(
    `INSERT INTO positions (symbol, quantity, average_price, realised_profit, fees, rev, updated_at, opened_at)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?)
     ON CONFLICT (symbol) DO UPDATE SET quantity = excluded.quantity, average_price = excluded.average_price,
       realised_profit = excluded.realised_profit, fees = excluded.fees, rev = excluded.rev, updated_at = excluded.updated_at,
       opened_at = iif(?, excluded.opened_at, opened_at)`,
    position.symbol,
    position.quantity,
    position.averagePrice ?? null,
    position.realisedProfit,
    position.fees,
    position.rev,
    tx.now,
    opened && !isZero(position.quantity) ? tx.now : null,
    opened ? 1 : 0,
  );
  tx.memory.positions.set(position.symbol, position);
}

function addToDay(tx: Tx, symbol: string, change: Decimal): void {
  const currency = currencyOf(symbol) ?? UNKNOWN;
  const profits = profitsOfDay(tx);
  const profit = add(profits.get(currency) ?? "0", change);
  tx.sql.exec(
    `INSERT INTO day_profits (day, currency, profit) VALUES (?, ?, ?)
     ON CONFLICT (day, currency) DO UPDATE SET profit = excluded.profit`,
    dayOf(tx.now),
    currency,
    profit,
  );
  profits.set(currency, profit);
}
