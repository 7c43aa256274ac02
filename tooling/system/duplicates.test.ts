import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Mesh, until } from "./mesh.ts";
import { bookOf } from "./venue.ts";

describe("the same alert again", () => {
  let mesh: Mesh;
  beforeAll(async () => {
    mesh = await Mesh.start();
  });
  afterAll(() => mesh.stop());

  it("is answered 200 with the first requestId and trades once", async () => {
    const alert = { symbol: "ETHUSDT", action: "buy", quantity: "1", price: "3000" };
    const requestId = await mesh.accepted(alert);
    const again = await mesh.alert(alert);

    expect(again.status).toBe(200);
    expect(again.body).toMatchObject({ requestId, status: "duplicate" });
    await until("the order is booked", async () => (await ordersOf("ETHUSDT")) > 0);
    expect(await ordersOf("ETHUSDT")).toBe(1);
  });

  it("sent ten times at once gives one 202, nine 200 and one order", async () => {
    const alert = { symbol: "SOLUSDT", action: "buy", quantity: "1", price: "150" };
    const answers = await Promise.all(Array.from({ length: 10 }, () => mesh.alert(alert)));
    await until(
      "it has ended",
      async () => (await mesh.rows("SELECT 1 FROM signals WHERE symbol = 'SOLUSDT' AND outcome = 'filled'")).length,
    );

    expect(answers.map((answer) => answer.status).toSorted()).toEqual([
      200, 200, 200, 200, 200, 200, 200, 200, 200, 202,
    ]);
    expect(new Set(answers.map((answer) => answer.body.requestId)).size).toBe(1);
    expect(await ordersOf("SOLUSDT")).toBe(1);
  });

  it("with the same key but another intent is refused with 409", async () => {
    const alert = { symbol: "XRPUSDT", action: "buy", quantity: "10", price: "2", idempotencyKey: "k-1" };
    await mesh.accepted(alert);
    const other = await mesh.alert({ ...alert, action: "sell" });

    expect(other.status).toBe(409);
    expect(other.body.error?.message).toMatch(/k-1|idempotencyKey/);
  });

  it("with the same key and the same intent is a duplicate, whatever the bytes", async () => {
    const alert = { symbol: "ADAUSDT", action: "buy", quantity: "10", price: "1", idempotencyKey: "k-2" };
    const requestId = await mesh.accepted(alert);
    const again = await mesh.alert({ ...alert, quantity: 10.0, time: "2020-01-01T00:00:00Z" });

    expect(again).toMatchObject({ status: 200, body: { requestId, status: "duplicate" } });
  });

  it("is told to the database", async () => {
    await until("the dropped copies are recorded", async () => {
      const [row] = await mesh.rows(
        "SELECT count(*) AS n FROM signals WHERE outcome = 'duplicate' AND symbol = 'SOLUSDT'",
      );
      return row?.["n"] === 9;
    });
  });

  async function ordersOf(symbol: string): Promise<number> {
    return (await bookOf(mesh)).filter((order) => order.symbol === symbol).length;
  }
});
