import type { SignalRow } from "./rows.ts";
import type { Tx } from "./tx.ts";

/** The oldest signal of a lane that has not ended. */
export function oldestOf(tx: Tx, symbol: string): SignalRow | undefined {
  const id = oldestId(tx, symbol);
  return id === null ? undefined : tx.signal(id);
}

export function laneIsEmpty(tx: Tx, symbol: string): boolean {
  return oldestId(tx, symbol) === null;
}

function oldestId(tx: Tx, symbol: string): string | null {
  const { oldest } = tx.memory;
  const known = oldest.get(symbol);
  if (known !== undefined) return known;
  const found = tx.sql.exec<{ request_id: string }>(
    `SELECT request_id FROM signals WHERE symbol = ? AND ended = 0 ORDER BY seq LIMIT 1`,
    symbol,
  )[0];
  const id = found?.request_id ?? null;
  oldest.set(symbol, id);
  return id;
}
