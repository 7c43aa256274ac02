import { readMeta, writeMeta } from "./schema.ts";
import type { Tx } from "./tx.ts";

/** Why entries are halted until an operator resolves it, or undefined. */
export function storedHalt(tx: Pick<Tx, "sql" | "memory">): string | undefined {
  tx.memory.halt ??= { reason: readMeta(tx.sql, "trading_off") };
  return tx.memory.halt.reason;
}

export function storeHalt(tx: Tx, reason: string): void {
  writeMeta(tx.sql, "trading_off", reason);
  tx.memory.halt = { reason };
}

export function clearHalt(tx: Tx): void {
  tx.sql.exec(`DELETE FROM meta WHERE key = 'trading_off'`);
  tx.memory.halt = { reason: undefined };
}
