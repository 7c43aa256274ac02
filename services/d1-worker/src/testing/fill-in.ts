import { lineIdFrom } from "#contracts/log";
import type { FakeD1 } from "../../../../tooling/fakes/d1.ts";

/** A row of every kind that is archived, of that time; the `n`th of it. Of every three letters one is open. */
export function fillIn(d1: FakeD1, at: string, n: number): void {
  const name = `${at}-${n}`;
  const insert = (table: string, row: Record<string, string | number | null>): void => {
    const columns = Object.keys(row);
    const marks = columns.map(() => "?").join(", ");
    d1.sqlite.prepare(`INSERT INTO ${table} (${columns.join(", ")}) VALUES (${marks})`).run(...Object.values(row));
  };
  const about = { request_id: name, created_at: at };
  const log = { worker: "hoox", severity: "info", event: "e", message: "m", fields: "{}" };
  insert("system_logs", { id: `${lineIdFrom(new Date(at))}-${n}`, ...about, ...log });
  insert("queue_samples", { queue: `q${n}`, created_at: at, backlog_count: 1, backlog_bytes: 1 });
  insert("signals", { ...about, rev: 1, strategy: "default", outcome: "filled", reason: "r" });
  const market = { account: "main", venue: "paper", symbol: "BTCUSDT" };
  insert("orders", {
    client_order_id: name,
    ...about,
    updated_at: at,
    rev: 1,
    leg: "e",
    role: "entry",
    ...market,
    side: "buy",
    type: "market",
    quantity: "1",
    status: "filled",
    filled_quantity: "1",
    fee: "0",
  });
  insert("fills", {
    id: name,
    ...about,
    client_order_id: name,
    ...market,
    side: "buy",
    quantity: "1",
    price: "1",
    fee: "0",
  });
  insert("notifications", { id: name, ...about, severity: "info", title: "t", channel: "log", status: "sent" });
  insert("notifications", {
    id: `${name}/2`,
    ...about,
    request_id: `operator-${name}`,
    severity: "info",
    title: "t",
    channel: "log",
    status: "sent",
  });
  insert("acknowledgements", { notification_id: name, ...about, acknowledged_by: "operator" });
  insert("dead_letters", {
    id: name,
    ...about,
    queue: "records",
    class: "bug",
    error: "E",
    reason: "r",
    fingerprint: "f",
    attempts: 1,
    generation: 0,
    final: 0,
    status: n % 3 === 0 ? "open" : "resolved",
    first_seen_at: at,
    parked_at: at,
    parked_by: "d1-worker",
    worker_version: "v1",
    history: "[]",
    body: "{}",
  });
}
