import { describe, expect, it } from "vitest";
import { webhookRoutes } from "#contracts/routes/webhook";
import { ALERT, errorOf, fakeGateway, KEY, OPERATOR_KEY, type FakeOptions } from "../fakes.ts";

const CHECK = "/webhook/check";
const OPERATOR = { authorization: `Bearer ${OPERATOR_KEY}` };

async function check(alert: object | string, headers: Record<string, string> = {}, options: FakeOptions = {}) {
  const gateway = fakeGateway(options);
  const response = await gateway.post(alert, headers, CHECK);
  return { gateway, response };
}

describe("an alert that is checked", () => {
  it("is explained field by field, with what was ignored and what was not said", async () => {
    const { response } = await check({
      ...ALERT,
      exchange: undefined,
      ticker: "BYBIT:BTCUSDT.P",
      symbol: undefined,
      sl: "2%",
      comment: "breakout",
    });
    const reply = webhookRoutes.check.reply.parse(await response.json());

    expect(response.status).toBe(200);
    expect(reply.requestId).toBe(response.headers.get("x-request-id"));
    expect(reply.signal).toMatchObject({ strategy: "default", venue: "paper", symbol: "BTCUSDT.P", action: "buy" });
    expect(reply.ignored).toEqual(["comment"]);
    expect(reply.understood.map(({ field, value, as }) => [field, value, as])).toEqual([
      ["apiKey", "…", "key"],
      ["action", "buy", "action"],
      ["quantity", "0.001", "quantity"],
      ["ticker", "BYBIT:BTCUSDT.P", "symbol"],
      ["sl", "2%", "stopLoss"],
      ["(not said)", "paper", "venue"],
      ["(not said)", "main", "account"],
      ["(not said)", "market", "orderType"],
    ]);
    expect(reply.understood.find(({ field }) => field === "sl")?.means).toBe("2 % from the entry");
  });

  it("leaves no trace: no ledger, no record, no word, no log line", async () => {
    const { gateway } = await check(ALERT);
    const refused = await gateway.post({ ...ALERT, action: "hodl" }, {}, CHECK);

    expect(refused.status).toBe(400);
    expect(gateway.ledger.asked).toEqual([]);
    expect(await gateway.published()).toEqual([]);
    expect(gateway.lines).toEqual([]);
  });

  it.each([
    ["broken JSON", `{"apiKey":"${KEY}","symbol":}`],
    ["a placeholder", JSON.stringify({ ...ALERT, action: "{{strategy.order.action}}" })],
    ["a text of another system", `60123,buy,BTCUSDT,secret=${KEY}`],
    ["an unknown action", JSON.stringify({ ...ALERT, action: "hodl" })],
    ["two alerts", JSON.stringify([ALERT, ALERT])],
    ["a wrong key", JSON.stringify({ ...ALERT, apiKey: "wrong" })],
    ["a body that is too large", JSON.stringify({ ...ALERT, comment: "x".repeat(17_000) })],
  ])("gets the error that it would get if it were sent: %s", async (_, body) => {
    const sent = await fakeGateway().post(body);
    const { response } = await check(body);

    expect(response.status).toBe(sent.status);
    expect((await errorOf(response)).error).toEqual((await errorOf(sent)).error);
  });

  it("never shows a key, wherever it was pasted", async () => {
    const { response } = await check({
      ...ALERT,
      token: "of-another-system",
      account: "main",
      sl: undefined,
      idempotencyKey: `id ${KEY}`,
      [KEY]: 1,
    });
    const text = await response.text();

    expect(response.status).toBe(200);
    expect(text).not.toContain(KEY);
    expect(text).not.toContain("of-another-system");
  });
});

describe("who may check", () => {
  it("is whoever has a webhook key", async () => {
    expect((await check({ ...ALERT, apiKey: undefined })).response.status).toBe(401);
    expect((await check(ALERT)).response.status).toBe(200);
  });

  it("is an operator, without a key in the alert and from any address", async () => {
    const { response } = await check({ ...ALERT, apiKey: undefined }, OPERATOR, { sources: "203.0.113.7" });

    expect(response.status).toBe(200);
  });

  it("is nobody from a forbidden address otherwise", async () => {
    expect((await check(ALERT, {}, { sources: "203.0.113.7" })).response.status).toBe(403);
  });

  it.each([
    ["198.51.100.1", "right", OPERATOR, 403],
    ["198.51.100.1", "wrong", { authorization: "Bearer guessed" }, 403],
    ["203.0.113.7", "right", OPERATOR, 200],
  ])(
    "as an operator from %s with the %s key, where OPERATOR_IPS names one address",
    async (address, _, key, status) => {
      const headers = { ...key, "cf-connecting-ip": address };
      const { response } = await check(ALERT, headers, { operators: "203.0.113.7" });

      expect(response.status).toBe(status);
    },
  );

  it("is no one with a wrong operator key, even beside a right webhook key, and not for long", async () => {
    const gateway = fakeGateway({ wrongKeysAllowed: 1 });
    const wrong = { authorization: "Bearer wrong" };

    expect((await gateway.post(ALERT, wrong, CHECK)).status).toBe(401);
    expect((await gateway.post(ALERT, wrong, CHECK)).status).toBe(429);
    expect((await gateway.post(ALERT, OPERATOR, CHECK)).status).toBe(200);
  });

  it("may ask for another strategy by the operator key alone", async () => {
    const at = "2026-11-20T00:00:00.000Z";
    const gateway = fakeGateway();
    gateway.config.values.set(
      "strategy:scalper",
      JSON.stringify({
        name: "scalper",
        enabled: true,
        account: "second",
        venue: "bybit",
        keys: [],
        defaults: { size: { quote: "250" } },
        limits: { maxNotional: "500" },
        validity: { entrySeconds: 20 },
        createdAt: at,
        updatedAt: at,
      }),
    );
    const alert = { symbol: "BTCUSDT", action: "buy" };
    const response = await gateway.post(alert, OPERATOR, `${CHECK}?strategy=scalper`);
    const { signal, understood } = webhookRoutes.check.reply.parse(await response.json());
    const unknown = await gateway.post(alert, OPERATOR, `${CHECK}?strategy=nobody`);

    expect(signal).toMatchObject({ account: "second", venue: "bybit", size: { quote: "250" }, validForMs: 20_000 });
    expect(understood.filter(({ field }) => field === "(not said)").map(({ as, value }) => `${as}: ${value}`)).toEqual([
      "venue: bybit",
      "account: second",
      "size.quote: 250 of the quote currency",
      "orderType: market",
      'limits: {"maxNotional":"500"}',
      "validForMs: 20 s",
    ]);
    expect(unknown.status).toBe(404);
  });

  it("is asked by POST", async () => {
    const response = await fakeGateway().fetch(CHECK);

    expect([response.status, response.headers.get("allow")]).toEqual([405, "POST"]);
  });
});
