import { partsOf } from "#contracts/ids";
import { signal as signalSchema, type Signal } from "#contracts/signal";
import type { SignalRow } from "./rows.ts";

export const UNREADABLE = "What was accepted can no longer be read, so nothing more of it is traded.";

/** Stands for a signal whose body is damaged, so that it can still be shown, told and ended; never to trade by. */
export function signalFromColumns(ledger: string, row: SignalRow): Signal {
  return signalSchema.parse({
    requestId: row.request_id,
    strategy: "unknown",
    ...partsOf(ledger),
    symbol: row.symbol,
    action: row.action,
    orderType: "market",
  });
}
