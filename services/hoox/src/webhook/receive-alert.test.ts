import { describe, expect, it } from "vitest";
import { ALERT, errorOf, fakeGateway } from "../fakes.ts";

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;
const FIRST = "9b1deb4d-3b7d-4bad-9bdd-2b0d7b3dcb6d";

describe("an alert", () => {
  it("is accepted with 202 and its requestId", async () => {
    const gateway = fakeGateway();
    const response = await gateway.post(ALERT);
    const requestId = response.headers.get("x-request-id");

    expect(response.status).toBe(202);
    expect(requestId).toMatch(UUID);
    expect(await response.json()).toEqual({ requestId, status: "accepted" });
  });

  it("reaches the ledger of its account and venue as a signal under the same requestId", async () => {
    const gateway = fakeGateway();
    const response = await gateway.post({ ...ALERT, account: "second", exchange: "bybit", idempotencyKey: "order-7" });

    expect(gateway.ledger.asked).toEqual([
      expect.objectContaining({
        v: 1,
        ledger: "second:bybit",
        signal: expect.objectContaining({
          requestId: response.headers.get("x-request-id"),
          symbol: "BTCUSDT",
          action: "buy",
          quantity: "0.001",
        }),
        alertKey: { value: "default/order-7", source: "explicit" },
      }),
    ]);
  });

  it("is logged with when it came and how long its sender waited", async () => {
    const gateway = fakeGateway();
    const receivedAt = gateway.clock.now();
    gateway.ledger.answers = ["hang"];
    const posted = gateway.post(ALERT);
    await gateway.clock.advanceToNextTimer();
    await posted;
    await gateway.published();

    expect(gateway.lines.find((line) => line.event === "alert.accepted")?.fields).toMatchObject({
      receivedAt,
      ms: 1_200,
    });
  });

  it("goes to the default venue when it names none", async () => {
    const gateway = fakeGateway({ defaults: { account: "main", venue: "paper" } });
    await gateway.post({ ...ALERT, exchange: undefined, symbol: "BINANCE:BTCUSDT" });

    expect(gateway.ledger.stubs).toEqual(["main:paper"]);
  });

  it("has one key when the same bytes come again, and another when they differ", async () => {
    const gateway = fakeGateway();
    for (const body of [ALERT, ALERT, { ...ALERT, price: 1 }]) await gateway.post(body);
    const [first, again, other] = gateway.ledger.asked.map((each) => each.alertKey.value);

    expect(again).toBe(first);
    expect(other).not.toBe(first);
  });

  it("is hinted to trade-signals, once, when the ledger asks for it", async () => {
    const gateway = fakeGateway();
    const response = await gateway.post(ALERT);

    expect(await gateway.published()).toEqual([
      {
        queue: "trade-signals",
        message: expect.objectContaining({
          type: "signal.hinted",
          requestId: response.headers.get("x-request-id"),
          source: "hoox",
          data: { ledger: "main:paper", purpose: "execute" },
        }),
      },
    ]);
  });

  it("is hinted by the ledger when that says so", async () => {
    const gateway = fakeGateway();
    gateway.ledger.hint = false;
    await gateway.post(ALERT);

    expect(await gateway.published()).toEqual([]);
  });

  it("stays accepted when the hint cannot be sent", async () => {
    const gateway = fakeGateway({ failingQueues: ["trade-signals"] });
    const response = await gateway.post(ALERT);
    await gateway.published();

    expect(response.status).toBe(202);
    expect(gateway.lines).toContainEqual(expect.objectContaining({ severity: "warn", event: "message.unsent" }));
  });

  it("that was accepted before is answered 200 with the first requestId, and recorded", async () => {
    const gateway = fakeGateway();
    gateway.ledger.answers = [{ status: "duplicate", requestId: FIRST }];
    const response = await gateway.post(ALERT);
    const own = response.headers.get("x-request-id");

    expect(response.status).toBe(200);
    expect(await response.json()).toEqual({ requestId: FIRST, status: "duplicate" });
    expect(own).not.toBe(FIRST);
    expect(await gateway.published()).toEqual([
      {
        queue: "records",
        message: expect.objectContaining({
          type: "signal.duplicated",
          requestId: own,
          data: {
            firstRequestId: FIRST,
            ledger: "main:paper",
            strategy: "default",
            symbol: "BTCUSDT",
            action: "buy",
            droppedAt: gateway.clock.now(),
          },
        }),
      },
    ]);
  });

  it("under a key of another alert is answered 409, recorded and told", async () => {
    const gateway = fakeGateway();
    gateway.ledger.answers = [{ status: "key_reused", requestId: FIRST }];
    const response = await gateway.post({ ...ALERT, idempotencyKey: "constant" });

    expect(response.status).toBe(409);
    expect(await errorOf(response)).toMatchObject({
      error: { code: "key_reused", message: expect.stringContaining('idempotencyKey "constant" was already used') },
    });
    expect((await gateway.published()).map((each) => each.message.type)).toEqual([
      "signal.refused",
      "notification.requested",
    ]);
  });

  it.each(["text/plain", "text/plain; charset=utf-8", "application/json; charset=utf-8", ""])(
    "is read whatever its content type: %s",
    async (type) => {
      expect((await fakeGateway().post(ALERT, { "content-type": type })).status).toBe(202);
    },
  );

  it("is read with a byte order mark, CRLF and no-break spaces", async () => {
    const body = `\uFEFF${JSON.stringify(ALERT, undefined, 2).replaceAll("\n", "\r\n").replaceAll("  ", "\u00A0 ")}\r\n`;

    expect((await fakeGateway().post(body)).status).toBe(202);
  });

  it("is taken with a slash at the end of the path", async () => {
    expect((await fakeGateway().post(ALERT, {}, "/webhook/")).status).toBe(202);
  });
});

describe("an alert that the ledger does not take", () => {
  it("is answered 503 so that TradingView sends it again, and told to the trader", async () => {
    const gateway = fakeGateway();
    gateway.ledger.answers = [new Error("overloaded"), new Error("overloaded")];
    const response = await gateway.post(ALERT);

    expect(response.status).toBe(503);
    expect(response.headers.get("retry-after")).toBe("5");
    expect((await errorOf(response)).error.code).toBe("ledger_unavailable");
    expect((await gateway.published()).map((each) => each.message)).toEqual([
      expect.objectContaining({
        type: "notification.requested",
        data: expect.objectContaining({ severity: "critical" }),
      }),
    ]);
  });

  it("that contradicts itself is answered 400 with the field, the problem and what to write, and never reaches a ledger", async () => {
    const gateway = fakeGateway();
    const response = await gateway.post({ ...ALERT, stopLoss: 57_000, sl: 58_000 });

    expect(response.status).toBe(400);
    expect((await errorOf(response)).error).toEqual({
      code: "contradiction",
      message: "sl and stopLoss are different stops",
      hint: "a position has one stop: leave sl or stopLoss out",
    });
    expect(gateway.ledger.asked).toEqual([]);
  });

  it("is answered 502 that names ledger-worker when that is not deployed", async () => {
    const gateway = fakeGateway({ health: { status: "not_deployed" } });
    gateway.ledger.answers = [new Error("x"), new Error("x")];
    const response = await gateway.post(ALERT);

    expect(response.status).toBe(502);
    expect((await errorOf(response)).error).toEqual({
      code: "worker_not_deployed",
      message: "ledger-worker is not deployed",
      hint: "locally: start the mesh without --without ledger-worker; on Cloudflare: npx hoox deploy all",
    });
  });
});
