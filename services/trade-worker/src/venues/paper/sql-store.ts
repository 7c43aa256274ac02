import * as z from "zod";
import { flat } from "#contracts/position";
import { position } from "#contracts/order";
import { paperConfigPatch } from "./config.ts";
import { paperOrder, type PaperOrder } from "./rpc.ts";
import type { PaperStore } from "./store.ts";

/** The part of a Durable Object's storage that is used. */
export interface SqlStorage {
  sql: { exec(query: string, ...bindings: (string | number)[]): { toArray(): Record<string, unknown>[] } };
  transactionSync<T>(run: () => T): T;
}

const SCHEMA = `
  CREATE TABLE IF NOT EXISTS orders (number INTEGER PRIMARY KEY, client_order_id TEXT NOT NULL, symbol TEXT NOT NULL,
    working INTEGER NOT NULL, body TEXT NOT NULL);
  CREATE INDEX IF NOT EXISTS orders_by_client_id ON orders (client_order_id, number);
  CREATE INDEX IF NOT EXISTS orders_working ON orders (symbol, number) WHERE working = 1;
  CREATE TABLE IF NOT EXISTS positions (symbol TEXT PRIMARY KEY, body TEXT NOT NULL);
  CREATE TABLE IF NOT EXISTS prices (symbol TEXT PRIMARY KEY, price TEXT NOT NULL);
  CREATE TABLE IF NOT EXISTS config (id INTEGER PRIMARY KEY CHECK (id = 1), body TEXT NOT NULL);
`;

const storedOrder = paperOrder.extend({ updatedAt: z.coerce.date(), placedAt: z.coerce.date() });

/** The paper exchange's memory in SQLite. Creates its tables. */
export function createSqlStore(storage: SqlStorage): PaperStore {
  storage.sql.exec(SCHEMA);
  const rows = (query: string, ...bindings: (string | number)[]): Record<string, unknown>[] =>
    storage.sql.exec(query, ...bindings).toArray();
  const orders = (query: string, ...bindings: (string | number)[]): PaperOrder[] =>
    rows(query, ...bindings).map((row) => storedOrder.parse(json(row)));
  return {
    commit: (run) => storage.transactionSync(run),
    lastNumber: () => z.int().parse(rows("SELECT coalesce(max(number), 0) AS last FROM orders")[0]?.["last"]),
    newest: (id) => orders("SELECT body FROM orders WHERE client_order_id = ? ORDER BY number DESC LIMIT 1", id)[0],
    working: (symbol) => orders("SELECT body FROM orders WHERE symbol = ? AND working = 1 ORDER BY number", symbol),
    orders: () => orders("SELECT body FROM orders ORDER BY number"),
    putOrder(order) {
      const { number, clientOrderId, symbol, status } = order;
      const working = status === "working" ? 1 : 0;
      const columns = "(number, client_order_id, symbol, working, body)";
      const body = JSON.stringify(order);
      rows(
        `INSERT OR REPLACE INTO orders ${columns} VALUES (?, ?, ?, ?, ?)`,
        number,
        clientOrderId,
        symbol,
        working,
        body,
      );
    },
    position(symbol) {
      const row = rows("SELECT body FROM positions WHERE symbol = ?", symbol)[0];
      return row === undefined ? flat(symbol) : position.parse(json(row));
    },
    positions: () => rows("SELECT body FROM positions ORDER BY symbol").map((row) => position.parse(json(row))),
    putPosition(held) {
      rows("INSERT OR REPLACE INTO positions (symbol, body) VALUES (?, ?)", held.symbol, JSON.stringify(held));
    },
    price(symbol) {
      const row = rows("SELECT price FROM prices WHERE symbol = ?", symbol)[0];
      return row === undefined ? undefined : z.string().parse(row["price"]);
    },
    prices: () =>
      Object.fromEntries(
        rows("SELECT symbol, price FROM prices ORDER BY symbol").map((row) => [
          String(row["symbol"]),
          String(row["price"]),
        ]),
      ),
    putPrice(symbol, price) {
      rows("INSERT OR REPLACE INTO prices (symbol, price) VALUES (?, ?)", symbol, price);
    },
    patch() {
      const row = rows("SELECT body FROM config")[0];
      return row === undefined ? {} : paperConfigPatch.parse(json(row));
    },
    putPatch(patch) {
      rows("INSERT OR REPLACE INTO config (id, body) VALUES (1, ?)", JSON.stringify(patch));
    },
  };
}

function json(row: Record<string, unknown>): unknown {
  return JSON.parse(z.string().parse(row["body"]));
}
