import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { workers } from "#contracts/ids";
import type { Trace } from "#contracts/routes/database";
import { Mesh, until } from "./mesh.ts";
import { bookOf } from "./venue.ts";

describe("one alert", () => {
  let mesh: Mesh;
  let requestId: string;

  beforeAll(async () => {
    mesh = await Mesh.start();
    requestId = await mesh.accepted({ symbol: "BINANCE:BTCUSDT", action: "buy", quantity: "0.01", price: "65000" });
    await until("its notification is recorded", async () => (await traceOf()).notifications.length > 0);
  });
  afterAll(() => mesh.stop());

  async function traceOf(): Promise<Trace> {
    return mesh.ops<Trace>("GET", `/ops/traces/${requestId}`);
  }

  it("becomes exactly one order at the paper venue", async () => {
    const orders = await bookOf(mesh);

    expect(orders).toHaveLength(1);
    expect(orders[0]).toMatchObject({ symbol: "BTCUSDT", side: "buy", status: "filled", filledQuantity: "0.01" });
  });

  it("becomes rows of a signal, an order, a fill and a position", async () => {
    expect(await mesh.rows(`SELECT outcome, symbol FROM signals WHERE request_id = '${requestId}'`)).toEqual([
      { outcome: "filled", symbol: "BTCUSDT" },
    ]);
    expect(await mesh.rows(`SELECT status FROM orders WHERE request_id = '${requestId}'`)).toEqual([
      { status: "filled" },
    ]);
    expect(await mesh.rows(`SELECT quantity, price FROM fills WHERE request_id = '${requestId}'`)).toEqual([
      { quantity: "0.01", price: "65000" },
    ]);
    expect(await mesh.rows("SELECT symbol, quantity, average_price FROM positions")).toEqual([
      { symbol: "BTCUSDT", quantity: "0.01", average_price: "65000" },
    ]);
  });

  it("becomes one notification that carries its requestId", async () => {
    const { notifications } = await traceOf();

    expect(notifications).toHaveLength(1);
    expect(notifications[0]).toMatchObject({ request_id: requestId, status: "sent" });
    expect(String(notifications[0]?.["title"])).toMatch(/^Bought 0\.01 BTCUSDT at 65000/);
  });

  it("leaves a trace through every Worker that it passed", async () => {
    const seen = await until("all Workers have logged", async () => {
      const names = new Set((await traceOf()).logs.map((line) => line.worker));
      return workers.filter((worker) => worker !== "ops-worker").every((worker) => names.has(worker)) && names;
    });

    expect(seen).toContain("ledger-worker");
  });

  it("answers the runbook's query in order of time", async () => {
    const rows = await mesh.rows(`SELECT created_at, worker, message, severity
FROM system_logs
WHERE request_id = '${requestId}'
ORDER BY created_at ASC`);
    const times = rows.map((row) => String(row["created_at"]));

    expect(new Set(rows.map((row) => row["worker"]))).toEqual(
      new Set(["hoox", "ledger-worker", "trade-worker", "d1-worker", "telegram-worker"]),
    );
    expect(times).toEqual(times.toSorted());
  });

  it.each([
    "DELETE FROM system_logs",
    "SELECT 1; SELECT 2",
    "WITH x AS (SELECT 1) DELETE FROM signals",
    "PRAGMA writable_schema = 1",
    "SELECT 1 /* */; DROP TABLE signals",
  ])("does not let a query do more than read: %s", async (sql) => {
    await expect(mesh.rows(sql)).rejects.toThrow(/: 400 /);
    expect(await mesh.rows("SELECT count(*) AS n FROM signals")).toEqual([{ n: 1 }]);
  });
});
