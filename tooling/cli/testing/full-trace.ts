import type { LogRow } from "#contracts/log-view";
import type { Trace } from "#contracts/routes/database";
import { ID, logRow } from "./samples.ts";

function line(ms: number, worker: string, event: string, fields: LogRow["fields"], message = event): LogRow {
  return logRow({ cursor: ms, id: `${ms}${event}`, worker, event, fields, message, created_at: iso(ms) });
}

function iso(ms: number): string {
  return new Date(Date.parse("2026-11-23T11:59:58.000Z") + ms).toISOString();
}

/** One alert's trace as the Workers log it, with the times that each hop is read from. */
export function fullTrace(): Trace {
  return {
    requestId: ID,
    signal: {
      request_id: ID,
      created_at: iso(5),
      settled_at: iso(45),
      lane: "main:paper:BTCUSDT",
      seq: 12,
      symbol: "BTCUSDT",
      action: "buy",
      quantity: "0.001",
      order_type: "market",
      outcome: "filled",
      reason: "filled 0.001 at 65000",
    },
    duplicates: [{ request_id: "1f0e2d3c-4b5a-4978-8695-a4b3c2d1e0f9", created_at: iso(900), reason: "a copy" }],
    orders: [],
    fills: [],
    notifications: [{ id: "n", created_at: iso(1_045), status: "sent", channel: "telegram", title: "Filled" }],
    deadLetters: [],
    logs: [
      line(5, "ledger-worker", "signal.accepted", { seq: 12 }),
      line(13, "hoox", "alert.accepted", { receivedAt: iso(0), ms: 10 }),
      line(24, "trade-worker", "signal.claimed", { hintedAt: iso(13), waitMs: 5, ms: 4 }),
      line(25, "trade-worker", "attempt.started", { ms: 0 }),
      line(28, "ledger-worker", "order.sending", {}),
      line(40, "trade-worker", "order.placed", { role: "entry", ms: 10 }),
      line(45, "ledger-worker", "signal.settled", {}),
      line(52, "trade-worker", "attempt.settled", { ms: 27 }),
      line(1_100, "d1-worker", "record.stored", { waitMs: 1_045, ms: 10 }, "stored order.updated, signal.settled"),
    ],
  };
}
