import { describe, expect, it } from "vitest";
import { clientOrderId } from "#contracts/ids";
import type { PaperOrder } from "../../../services/trade-worker/src/venues/paper/rpc.ts";
import { GUARDED_SYMBOL } from "./alerts.ts";
import { judge, type Evidence } from "./judge.ts";

const FIRST = "9b1deb4d-3b7d-4bad-9bdd-2b0d7b3dcb6d";
const SECOND = "1b9d6bcd-bbfd-4b2d-9b5d-ab8dfbbd4bed";
const LANE = "main:paper:BBBUSDT.P";

function order(requestId: string, number: number, of: Partial<PaperOrder> = {}): PaperOrder {
  const at = new Date("2026-11-24T10:00:00Z");
  return {
    clientOrderId: clientOrderId({ requestId, leg: "e" }),
    venueOrderId: String(number),
    number,
    symbol: "BBBUSDT.P",
    side: "buy",
    type: "market",
    status: "filled",
    quantity: "1",
    filledQuantity: "1",
    averagePrice: "100",
    fee: "0.1",
    reduceOnly: false,
    placedAt: at,
    updatedAt: at,
    ...of,
  };
}

/** Two entries of one lane, executed as they should be. */
function world(of: { orders?: PaperOrder[] } = {}): Evidence {
  const orders = of.orders ?? [order(FIRST, 1), order(SECOND, 2)];
  return {
    acknowledged: new Set([FIRST, SECOND]),
    told: [`Filled ${FIRST}\nFilled ${SECOND}`],
    books: new Map([
      [
        "main:paper",
        { orders, prices: {}, positions: [{ symbol: "BBBUSDT.P", quantity: "2", realisedProfit: "0", fees: "0" }] },
      ],
    ]),
    signals: [FIRST, SECOND].map((request_id, index) => ({
      request_id,
      lane: LANE,
      seq: index + 1,
      action: "buy",
      outcome: "filled",
    })),
    orders: [FIRST, SECOND].map((requestId) => ({
      client_order_id: clientOrderId({ requestId, leg: "e" }),
      status: "filled",
      filled_quantity: "1",
    })),
    positions: [{ account: "main", venue: "paper", symbol: "BBBUSDT.P", quantity: "2" }],
  };
}

describe("the judge of crash rounds", () => {
  it("finds nothing where everything is right", () => {
    expect(judge(world())).toEqual([]);
  });

  it.each<[string, (right: Evidence) => Evidence]>([
    ["lost", (right) => ({ ...right, signals: right.signals.slice(1) })],
    ["lost", (right) => ({ ...right, signals: right.signals.map((row) => ({ ...row, outcome: "working" })) })],
    ["untold", (right) => ({ ...right, told: [`Filled ${FIRST}`] })],
    ["doubled", () => world({ orders: [order(FIRST, 1), order(SECOND, 2), order(SECOND, 3)] })],
    ["invented", () => world({ orders: [order(FIRST, 1), order(SECOND, 2), order(crypto.randomUUID(), 3)] })],
    ["misreported", (right) => ({ ...right, orders: right.orders.slice(1) })],
    ["misreported", () => world({ orders: [order(FIRST, 1)] })],
    ["inverted", () => world({ orders: [order(SECOND, 1), order(FIRST, 2)] })],
    ["misplaced", (right) => ({ ...right, positions: [] })],
    ["unguarded", (right) => ({ ...right, books: new Map([["main:paper", guarded("0.5")]]) })],
  ])("finds what is %s", (violation, spoil) => {
    expect(judge(spoil(world())).map((each) => each.split(":")[0])).toContain(violation);
  });

  it("lets an exit pass, and a stop that covers the position guard it", () => {
    const right = world({ orders: [order(SECOND, 1), order(FIRST, 2)] });
    const [first = {}, second = {}] = right.signals;
    const passed = { ...right, signals: [first, { ...second, action: "close" }] };
    const covered = { ...world(), books: new Map([["main:paper", guarded("2")]]) };

    expect(judge(passed)).toEqual([]);
    expect(judge(covered).filter((each) => each.startsWith("unguarded"))).toEqual([]);
  });
});

function guarded(quantity: string) {
  const stop = order(FIRST, 9, {
    symbol: GUARDED_SYMBOL,
    type: "stop",
    status: "working",
    quantity,
    filledQuantity: "0",
  });
  return {
    orders: [stop],
    prices: {},
    positions: [{ symbol: GUARDED_SYMBOL, quantity: "2", realisedProfit: "0", fees: "0" }],
  };
}
