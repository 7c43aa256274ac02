import { beforeEach, describe, expect, it } from "vitest";
import { databaseRoutes } from "#contracts/routes/database";
import { FakeD1 } from "../../../../tooling/fakes/d1.ts";
import { storeRecords } from "../handlers/records.ts";
import { testDeps, type TestDeps } from "../testing/deps.ts";
import { record } from "../testing/samples.ts";
import { listOrders, selectOrdersOf, selectSignals } from "./orders.ts";

const [first, second, refused, copy] = [1, 2, 3, 4].map((n) => `00000000-0000-4000-8000-00000000000${n}`);
const at = (minute: number): Date => new Date(`2026-11-01T10:0${minute}:00.000Z`);
let d1: FakeD1;
let deps: TestDeps;

async function listed(query: Record<string, string> = {}) {
  return listOrders(databaseRoutes.orders.query.parse(query), deps);
}
const idsOf = async (query?: Record<string, string>) => (await listed(query)).orders.map((each) => each.request_id);

describe("orders", () => {
  beforeEach(async () => {
    d1 = FakeD1.migrated();
    deps = testDeps({ d1, queues: {} });
    const settled = (requestId = "", minute = 0, change: object = {}) =>
      record("signal.settled", { requestId, data: { acceptedAt: at(minute), ...change } });
    await storeRecords(
      [
        settled(second, 2, { symbol: "ETHUSDT", outcome: "working", strategy: "trend" }),
        settled(first, 1),
        record("order.updated", { requestId: first }),
        record("signal.refused", { requestId: refused, data: { refusedAt: at(3) } }),
        record("signal.duplicated", { requestId: copy, data: { droppedAt: at(4), firstRequestId: first } }),
      ],
      deps,
    );
  });

  it("are every alert under a valid key, refused ones and dropped copies too, the newest last", async () => {
    const { orders } = await listed();

    expect(orders.map(({ request_id, outcome }) => [request_id, outcome])).toEqual([
      [first, "filled"],
      [second, "working"],
      [refused, "refused"],
      [copy, "duplicate"],
    ]);
    expect(orders.at(-1)).toMatchObject({ first_request_id: first });
  });

  it("come with what was sent for them and how it was filled", async () => {
    const [filled, working] = (await listed()).orders;

    expect(filled).toMatchObject({ orders: [{ role: "entry", status: "filled" }], fills: [{ quantity: "0.01" }] });
    expect(working).toMatchObject({ orders: [], fills: [] });
  });

  it.each([
    [{ since: "2026-11-01T10:02:00.000Z" }, [second, refused, copy]],
    [{ strategy: "trend" }, [second]],
    [{ symbol: "ETHUSDT" }, [second]],
    [{ outcome: "refused" }, [refused]],
    [{ outcome: "open" }, [second]],
    [{ limit: "2" }, [refused, copy]],
    [{ strategy: "nobody" }, []],
  ])("are filtered by %j", async (query, wanted) => {
    expect(await idsOf(query)).toEqual(wanted);
  });

  it("say where the search ended when there are too many alerts to look through", async () => {
    d1.sqlite.exec(`WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 50001)
      INSERT INTO signals (request_id, created_at, rev, strategy, outcome, reason)
      SELECT 'n' || i, '2026-11-02T00:00:00.' || printf('%03d', i / 100) || 'Z', 1, 'default', 'filled', '' FROM n`);

    expect(await listed({ strategy: "trend" })).toEqual({ orders: [], searchedSince: "2026-11-02T00:00:00.000Z" });
    expect(await listed({ strategy: "trend", since: "2026-11-02T00:00:00.400Z" })).toEqual({ orders: [] });
  });

  it("are found by indexes", () => {
    const query = databaseRoutes.orders.query.parse({ strategy: "trend", symbol: "ETHUSDT", outcome: "filled" });
    const statements = [selectSignals(query), ...selectOrdersOf([{ request_id: first }])];
    const plans = statements.map(({ sql, params }) =>
      d1.rows(`EXPLAIN QUERY PLAN ${sql}`, ...params).map((row) => String(row["detail"])),
    );

    expect(plans[0]).toContain("SEARCH signals USING INDEX signals_created (created_at>?)");
    expect(plans[1]).toContain("SEARCH orders USING INDEX orders_request (request_id=?)");
    expect(plans[2]).toContain("SEARCH fills USING INDEX fills_request (request_id=?)");
    expect(plans.flat().filter((step) => step.includes("TEMP B-TREE"))).toEqual([]);
  });
});
