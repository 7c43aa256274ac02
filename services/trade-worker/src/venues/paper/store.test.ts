import { DatabaseSync } from "node:sqlite";
import { describe, expect, test } from "vitest";
import { START } from "../../fakes/test-clock.ts";
import type { PaperOrder } from "./rpc.ts";
import { createSqlStore, type SqlStorage } from "./sql-store.ts";
import { createMemoryStore, type PaperStore } from "./store.ts";

/** A Durable Object's storage over Node's SQLite. */
function createStorage(): SqlStorage {
  const database = new DatabaseSync(":memory:");
  return {
    sql: {
      exec(query, ...bindings) {
        if (bindings.length === 0 && query.includes("CREATE")) {
          database.exec(query);
          return { toArray: () => [] };
        }
        const rows = database.prepare(query).all(...bindings);
        return { toArray: () => rows };
      },
    },
    transactionSync(run) {
      database.exec("BEGIN");
      try {
        const result = run();
        database.exec("COMMIT");
        return result;
      } catch (error) {
        database.exec("ROLLBACK");
        throw error;
      }
    },
  };
}

function orderOf(part: Partial<PaperOrder>): PaperOrder {
  return {
    number: 1,
    clientOrderId: "id",
    venueOrderId: "paper-1",
    symbol: "BTCUSDT",
    side: "buy",
    type: "limit",
    price: "90",
    reduceOnly: false,
    status: "working",
    quantity: "1",
    filledQuantity: "0",
    fee: "0",
    placedAt: START,
    updatedAt: START,
    ...part,
  };
}

const stores: [string, () => PaperStore][] = [
  ["memory", createMemoryStore],
  ["SQLite", () => createSqlStore(createStorage())],
];

describe.each(stores)("the paper exchange's store in %s", (_, create) => {
  test("gives back an order as it was put, dates included", () => {
    const store = create();
    store.putOrder(orderOf({}));
    expect(store.newest("id")).toEqual(orderOf({}));
  });

  test("answers the newest of several orders with one client id", () => {
    const store = create();
    store.putOrder(orderOf({ number: 1, status: "filled" }));
    store.putOrder(orderOf({ number: 2 }));
    expect(store.newest("id")?.number).toBe(2);
    expect(store.lastNumber()).toBe(2);
  });

  test("lists what rests at one symbol, in order of placement", () => {
    const store = create();
    for (const number of [1, 2, 3]) store.putOrder(orderOf({ number, clientOrderId: `id-${number}` }));
    store.putOrder(orderOf({ number: 2, clientOrderId: "id-2", status: "filled" }));
    store.putOrder(orderOf({ number: 4, clientOrderId: "id-4", symbol: "ETHUSDT" }));
    expect(store.working("BTCUSDT").map((each) => each.number)).toEqual([1, 3]);
    expect(store.orders()).toHaveLength(4);
  });

  test("knows no position and no price of a symbol that was never traded", () => {
    const store = create();
    expect(store.position("BTCUSDT")).toMatchObject({ quantity: "0", realisedProfit: "0" });
    expect(store.price("BTCUSDT")).toBeUndefined();
  });

  test("keeps the latest position, price and configuration", () => {
    const store = create();
    for (const quantity of ["1", "2"]) {
      store.putPosition({ symbol: "BTCUSDT", quantity, averagePrice: "100", realisedProfit: "0", fees: "0" });
      store.putPrice("BTCUSDT", `10${quantity}`);
      store.putPatch({ latencyMs: Number(quantity) });
    }
    expect(store.positions().map((each) => each.quantity)).toEqual(["2"]);
    expect(store.prices()).toEqual({ BTCUSDT: "102" });
    expect(store.patch()).toEqual({ latencyMs: 2 });
  });
});

test("SQLite takes back all of a commit that fails", () => {
  const store = createSqlStore(createStorage());
  const fail = () =>
    store.commit(() => {
      store.putOrder(orderOf({}));
      throw new Error("in the middle");
    });
  expect(fail).toThrow("in the middle");
  expect(store.orders()).toEqual([]);
});
