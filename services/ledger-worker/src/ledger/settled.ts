import { oldestOf } from "./oldest.ts";
import { acceptanceOf, type SignalRow } from "./rows.ts";
import type { Tx } from "./tx.ts";

/** Id of a settled signal of the lane that was accepted after this one. */
export function supersederOf(tx: Tx, row: SignalRow): string | undefined {
  return tx.sql.exec<{ settled_by: string }>(
    `SELECT settled_by FROM lanes WHERE symbol = ? AND settled_seq > ?`,
    row.symbol,
    acceptanceOf(row),
  )[0]?.settled_by;
}

/** As {@link supersederOf}, of a replay that an operator has not forced past it. */
export function overtakerOf(tx: Tx, row: SignalRow): string | undefined {
  return row.generation > 0 && row.unsupersedable === 0 ? supersederOf(tx, row) : undefined;
}

/** Remembers which signal of the lane was accepted last of those that have settled. Dead letters have not. */
export function noteSettled(tx: Tx, row: SignalRow): void {
  tx.sql.exec(
    `UPDATE lanes SET settled_seq = ?, settled_by = ? WHERE symbol = ? AND settled_seq < ?`,
    acceptanceOf(row),
    row.request_id,
    row.symbol,
    acceptanceOf(row),
  );
}

/**
 * True while it may matter to somebody that this signal settles: to an older one that has not ended, or to a dead
 * letter, waiting or revived. Nearly always there is none, and nothing is written.
 */
export function mayOvertake(tx: Tx, row: SignalRow): boolean {
  if (oldestOf(tx, row.symbol) !== row) return true;
  return mayHaveLetters(tx, row.symbol);
}

function mayHaveLetters(tx: Tx, symbol: string): boolean {
  const { letters } = tx.memory;
  const known = letters.get(symbol);
  if (known !== undefined) return known;
  // Past the rows that wait to be written: whatever became a letter in this commit is remembered already.
  const found = tx.ports.sql.exec(`SELECT 1 FROM signals WHERE symbol = ? AND parked > 0 LIMIT 1`, symbol).length > 0;
  letters.set(symbol, found);
  return found;
}
