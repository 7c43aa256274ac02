import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { AccountLedgerRpc } from "#contracts/ledger";
import { parseClientOrderId } from "#contracts/ids";
import { Mesh, until } from "./mesh.ts";
import { paperVenue } from "./venue.ts";

interface LedgerEnv {
  ACCOUNT_LEDGER: { getByName(name: string): Pick<AccountLedgerRpc, "status"> };
}

describe("sizes", () => {
  let mesh: Mesh;
  let sent = 0;
  beforeAll(async () => {
    mesh = await Mesh.start({ vars: { "trade-worker": { PAPER: '{"balance":"20000","takerFeeRate":"0"}' } } });
  });
  afterAll(() => mesh.stop());

  it("in money are divided by the alert's price", async () => {
    const { outcome, orders } = await trade({ symbol: "ETHUSDT.P", action: "buy", sizeUsd: "600", price: "3000" });

    expect(outcome).toBe("filled");
    expect(orders).toEqual([{ side: "buy", quantity: "0.2", reduceOnly: false }]);
    expect(await position("ETHUSDT.P")).toBe("0.2");
  });

  it("in money without a price are refused in words", async () => {
    const { outcome, reason, orders } = await trade({ symbol: "ETHUSDT.P", action: "buy", sizeUsd: "600" });

    expect(outcome).toBe("refused");
    expect(reason).toContain("without a price");
    expect(orders).toEqual([]);
  });

  it("in percent of equity are of the balance and what was realised since", async () => {
    const price = { symbol: "SOLUSDT.P", price: "100" };
    expect((await trade({ ...price, action: "buy", quantity: "10%" })).orders).toMatchObject([{ quantity: "20" }]);
    // 20 at a profit of 100: equity is 22,000.
    await trade({ ...price, action: "close", price: "200" });

    expect((await trade({ ...price, action: "sell", quantity: "10%" })).orders).toMatchObject([
      { side: "sell", quantity: "22" },
    ]);
    expect(await position("SOLUSDT.P")).toBe("-22");
  });

  it("in percent of the position are of what is open", async () => {
    await trade({ symbol: "XRPUSDT.P", action: "buy", quantity: "30", price: "2" });
    const { orders } = await trade({ symbol: "XRPUSDT.P", action: "close", quantity: "40%", price: "2" });

    expect(orders).toEqual([{ side: "sell", quantity: "12", reduceOnly: true }]);
    expect(await position("XRPUSDT.P")).toBe("18");
  });

  it("as a target trade the difference: up, down through zero, and nothing when it is reached", async () => {
    const price = { symbol: "BTCUSDT.P", price: "65000" };
    await trade({ ...price, action: "buy", quantity: "0.5" });
    const up = await trade({ ...price, position_size: "2" });
    expect(up.orders).toEqual([{ side: "buy", quantity: "1.5", reduceOnly: false }]);

    const less = await trade({ ...price, position_size: "1.25" });
    expect(less.orders).toEqual([{ side: "sell", quantity: "0.75", reduceOnly: true }]);

    const down = await trade({ ...price, position_size: "-1" });
    expect(down.orders).toEqual([
      { side: "sell", quantity: "1.25", reduceOnly: true },
      { side: "sell", quantity: "1", reduceOnly: false },
    ]);
    expect(await position("BTCUSDT.P")).toBe("-1");

    const again = await trade({ ...price, position_size: "-1" });
    expect(again).toMatchObject({ outcome: "superseded", reason: expect.stringContaining("already at the target") });
    expect(again.orders).toEqual([]);
    expect(await position("BTCUSDT.P")).toBe("-1");
  });

  it("as a target said twice at once trade once", async () => {
    const alert = { symbol: "ADAUSDT.P", position_size: "7", price: "1" };
    await Promise.all([trade(alert), trade(alert)]);

    expect(await position("ADAUSDT.P")).toBe("7");
    const { orders } = await (await paperVenue(mesh)).book();
    expect(orders.filter((order) => order.symbol === "ADAUSDT.P")).toHaveLength(1);
  });

  it("stand in the database as they were asked for", async () => {
    const { requestId } = await trade({ symbol: "DOTUSDT.P", action: "buy", sizeUsd: "50", price: "5" });

    expect(
      await mesh.rows(`SELECT size, quantity, filled_quantity FROM signals WHERE request_id = '${requestId}'`),
    ).toEqual([{ size: "50 USDT", quantity: null, filled_quantity: "10" }]);
  });

  /** Sends an alert and waits for its end; answers the orders that the venue booked for it. */
  async function trade(alert: Record<string, unknown>) {
    const requestId = await mesh.accepted({ ...alert, idempotencyKey: `sizes ${(sent += 1)}` });
    const [row] = await until(`the end of ${JSON.stringify(alert)}`, async () => {
      const rows = await mesh.rows(`SELECT outcome, reason FROM signals WHERE request_id = '${requestId}'`);
      return rows.length > 0 ? rows : undefined;
    });
    const { orders } = await (await paperVenue(mesh)).book();
    return {
      requestId,
      outcome: row?.["outcome"],
      reason: row?.["reason"],
      orders: orders
        .filter((order) => parseClientOrderId(order.clientOrderId)?.requestId === requestId)
        .map(({ side, quantity, reduceOnly }) => ({ side, quantity, reduceOnly })),
    };
  }

  /** What the venue holds, which must be what the ledger believes. */
  async function position(symbol: string): Promise<string | undefined> {
    const { positions } = await (await paperVenue(mesh)).book();
    const held = positions.find((each) => each.symbol === symbol)?.quantity;
    const ledger = (await mesh.env<LedgerEnv>("hoox")).ACCOUNT_LEDGER.getByName("main:paper");
    const believed = (await ledger.status()).positions.find((each) => each.symbol === symbol)?.quantity;
    expect(believed).toBe(held);
    return held;
  }
});
