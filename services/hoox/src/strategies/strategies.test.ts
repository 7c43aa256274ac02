import { createHash } from "node:crypto";
import { describe, expect, it } from "vitest";
import { strategyEntry, type Strategy } from "#contracts/strategy";
import { ALERT, errorOf, fakeGateway } from "../fakes.ts";

const keyOf = (name: string, letter = "a"): string => `hoox_${name}_${letter.repeat(32)}`;
const hashOf = (key: string): string => createHash("sha256").update(key).digest("hex");
const AT = "2026-11-23T14:00:00.000Z";

/** A gateway whose KV holds a strategy `scalper` with one key. */
function gatewayWith(change: Partial<Strategy> = {}) {
  const gateway = fakeGateway();
  const scalper: Strategy = {
    name: "scalper",
    enabled: true,
    account: "second",
    venue: "bybit",
    keys: [{ hash: hashOf(keyOf("scalper")), createdAt: AT }],
    defaults: {},
    limits: {},
    validity: {},
    createdAt: AT,
    updatedAt: AT,
    ...change,
  };
  gateway.config.values.set(strategyEntry(scalper.name), JSON.stringify(scalper));
  const { exchange: _exchange, ...bare } = ALERT;
  const alert = { ...bare, apiKey: keyOf("scalper") };
  return { gateway, alert };
}

async function publishedBy(gateway: ReturnType<typeof fakeGateway>, type: string) {
  return (await gateway.published()).flatMap((each) => (each.message.type === type ? [each.message] : []));
}

describe("an alert under a strategy's key", () => {
  it("is of that strategy and goes to its account at its venue", async () => {
    const { gateway, alert } = gatewayWith();

    expect((await gateway.post(alert)).status).toBe(202);
    expect(gateway.ledger.asked[0]).toMatchObject({ ledger: "second:bybit", signal: { strategy: "scalper" } });
  });

  it("takes what the strategy says of limits and validity", async () => {
    const { gateway, alert } = gatewayWith({
      limits: { maxNotional: "500", currency: "USDC", maxPosition: "0.5", symbols: ["BTCUSDT"] },
      validity: { entrySeconds: 20, exitSeconds: 300 },
    });
    await gateway.post(alert);
    await gateway.post({ ...alert, action: "close" });
    const [entry, exit] = gateway.ledger.asked.map((each) => each.signal);

    expect(entry).toMatchObject({
      validForMs: 20_000,
      limits: { maxNotional: "500", currency: "USDC", maxPosition: "0.5" },
    });
    expect(exit).toMatchObject({ validForMs: 300_000 });
    expect(exit?.limits).toBeUndefined();
  });

  it("is told from another strategy's though both use one idempotencyKey", async () => {
    const { gateway, alert } = gatewayWith();
    await gateway.post({ ...alert, idempotencyKey: "order-7" });
    await gateway.post({ ...ALERT, idempotencyKey: "order-7" });

    expect(gateway.ledger.asked.map((each) => each.alertKey.value)).toEqual(["scalper/order-7", "default/order-7"]);
  });

  it("is refused when it names another strategy", async () => {
    const { gateway, alert } = gatewayWith();
    const response = await gateway.post({ ...alert, strategy: "swing" });

    expect(response.status).toBe(400);
    expect((await errorOf(response)).error).toMatchObject({
      code: "other_strategy",
      message: 'strategy "swing" is not that of this key, which is "scalper"',
    });
  });

  it("may name its own strategy", async () => {
    const { gateway, alert } = gatewayWith();

    expect((await gateway.post({ ...alert, strategy: "Scalper" })).status).toBe(202);
  });

  it("is recorded as that strategy's when it is a duplicate", async () => {
    const { gateway, alert } = gatewayWith();
    gateway.ledger.answers = [{ status: "duplicate", requestId: "9b1deb4d-3b7d-4bad-9bdd-2b0d7b3dcb6d" }];
    await gateway.post(alert);

    expect(await publishedBy(gateway, "signal.duplicated")).toEqual([
      expect.objectContaining({ data: expect.objectContaining({ strategy: "scalper" }) }),
    ]);
  });
});

describe("a strategy's key", () => {
  it.each([
    ["of an unknown strategy", keyOf("swing")],
    ["of the right name and another secret", keyOf("scalper", "b")],
    ["of the default strategy in this form", keyOf("default")],
  ])("%s is 401", async (_, apiKey) => {
    const { gateway, alert } = gatewayWith();

    expect((await gateway.post({ ...alert, apiKey })).status).toBe(401);
    expect(gateway.ledger.asked).toEqual([]);
    expect(await gateway.published()).toEqual([]);
  });

  it("works beside the new one until it expires", async () => {
    const keys = [
      { hash: hashOf(keyOf("scalper", "a")), createdAt: AT, expiresAt: "2026-11-23T14:06:00.000Z" },
      { hash: hashOf(keyOf("scalper", "b")), createdAt: AT },
    ];
    const { gateway, alert } = gatewayWith({ keys });
    const statusWith = async (letter: string) =>
      (await gateway.post({ ...alert, apiKey: keyOf("scalper", letter) })).status;

    expect([await statusWith("a"), await statusWith("b")]).toEqual([202, 202]);
    gateway.clock.advance(60_000);
    expect([await statusWith("a"), await statusWith("b")]).toEqual([401, 202]);
  });

  it("that is wrong never makes KV be asked unless it has the form of one", async () => {
    const { gateway, alert } = gatewayWith();
    for (const apiKey of ["wrong", "hoox_scalper", "hoox_scalper_short", ""]) await gateway.post({ ...alert, apiKey });

    expect(gateway.config.reads).toBe(0);
  });

  it("never shows in what is published or logged", async () => {
    const { gateway, alert } = gatewayWith({ enabled: false });
    await gateway.post(alert);

    expect(JSON.stringify([await gateway.published(), gateway.lines])).not.toContain(keyOf("scalper"));
  });
});

describe("what a strategy forbids", () => {
  it("includes an exit elsewhere, which an operator closes", async () => {
    const { gateway, alert } = gatewayWith();
    const response = await gateway.post({ ...alert, action: "close", account: "main" });

    expect(response.status).toBe(403);
    expect((await errorOf(response)).error).toMatchObject({
      code: "other_account",
      hint: expect.stringContaining("npx hoox positions close-all --ledger main:bybit"),
    });
  });

  it("does not include saying what it says itself", async () => {
    const { gateway, alert } = gatewayWith();

    expect((await gateway.post({ ...alert, account: "second", exchange: "Bybit" })).status).toBe(202);
  });

  it.each([
    ["entries while it is disabled", { enabled: false }, {}, "strategy_disabled", 'strategy "scalper" is disabled'],
    ["another account", {}, { account: "main" }, "other_account", "trades on account second; this alert says main"],
    ["another venue", {}, { exchange: "paper" }, "other_venue", "trades on venue bybit; this alert says paper"],
    ["other symbols", { limits: { symbols: ["ETHUSDT"] } }, {}, "symbol_not_allowed", "may not trade BTCUSDT"],
    [
      "closing in another account",
      { enabled: false },
      { action: "close", account: "main" },
      "other_account",
      "trades on account second; this alert says main",
    ],
  ])("%s is refused with 403, recorded as its own and told", async (_, change, fields, code, words) => {
    const { gateway, alert } = gatewayWith(change);
    const response = await gateway.post({ ...alert, ...fields });

    expect(response.status).toBe(403);
    expect((await errorOf(response)).error).toMatchObject({ code, message: expect.stringContaining(words) });
    expect(gateway.ledger.asked).toEqual([]);
    expect(await publishedBy(gateway, "signal.refused")).toEqual([
      expect.objectContaining({ data: expect.objectContaining({ strategy: "scalper", code }) }),
    ]);
    expect(await publishedBy(gateway, "notification.requested")).toEqual([
      expect.objectContaining({
        data: expect.objectContaining({
          title: expect.stringContaining(words),
          details: expect.arrayContaining([{ label: "Strategy", value: "scalper" }]),
        }),
      }),
    ]);
  });

  it.each([
    ["while it is disabled", { enabled: false }, { action: "close" }],
    ["while it is disabled, told as a position", { enabled: false }, { action: "sell", market_position: "flat" }],
    ["of a symbol that it may no longer open", { limits: { symbols: ["ETHUSDT"] } }, { action: "close_long" }],
  ])("never an exit %s: what it opened must close", async (_, change, fields) => {
    const { gateway, alert } = gatewayWith(change);

    expect((await gateway.post({ ...alert, ...fields })).status).toBe(202);
  });

  it("more entries a minute than it may send: 429, recorded each time, told once", async () => {
    const { gateway, alert } = gatewayWith({ limits: { alertsPerMinute: 2 } });
    const statuses = [];
    for (const id of ["1", "2", "3", "4"]) statuses.push((await gateway.post({ ...alert, idempotencyKey: id })).status);

    expect(statuses).toEqual([202, 202, 429, 429]);
    expect(await publishedBy(gateway, "signal.refused")).toHaveLength(2);
    expect(await publishedBy(gateway, "notification.requested")).toHaveLength(1);
  });

  it("never an exit for its number, nor an entry of the next minute", async () => {
    const { gateway, alert } = gatewayWith({ limits: { alertsPerMinute: 1 } });
    await gateway.post(alert);

    expect((await gateway.post({ ...alert, action: "close_long" })).status).toBe(202);
    gateway.clock.advance(60_000);
    expect((await gateway.post(alert)).status).toBe(202);
  });
});

describe("the default strategy", () => {
  it("takes what is set for it, and its account and venue from the gateway when that says nothing of them", async () => {
    const gateway = fakeGateway({ defaults: { account: "main", venue: "paper" } });
    const settings = { enabled: true, keys: [], defaults: {}, limits: { maxNotional: "9" }, validity: {} };
    const stored = { ...settings, name: "default", createdAt: AT, updatedAt: AT };
    gateway.config.values.set(strategyEntry("default"), JSON.stringify(stored));
    await gateway.post(ALERT);

    expect(gateway.ledger.asked[0]).toMatchObject({
      ledger: "main:paper",
      signal: { strategy: "default", limits: { maxNotional: "9" } },
    });
  });

  it("costs no KV read per alert", async () => {
    const gateway = fakeGateway();
    for (let sent = 0; sent < 20; sent += 1) await gateway.post(ALERT);

    // Its settings, once.
    expect(gateway.config.reads).toBe(1);
  });

  it("halts, too, while nobody can say what is set for it", async () => {
    const gateway = fakeGateway();
    gateway.config.trouble = new Error("KV is down");

    expect((await gateway.post(ALERT)).status).toBe(503);
  });
});

describe("settings that cannot be read", () => {
  it.each([
    ["damaged", "{", "it is no JSON"],
    ["of an unknown shape", JSON.stringify({ name: "scalper", enabled: true }), "defaults: "],
    ["of another strategy", "swing", "it says that it is swing"],
  ])("because they are %s halt the strategy: 503, and one critical word to the trader", async (_, text, words) => {
    const { gateway, alert } = gatewayWith();
    const entry = strategyEntry("scalper");
    const other = (gateway.config.values.get(entry) ?? "").replace('"scalper"', '"swing"');
    gateway.config.values.set(entry, text === "swing" ? other : text);
    const response = await gateway.post(alert);
    await gateway.post(alert);

    expect(response.status).toBe(503);
    expect(response.headers.get("retry-after")).toBe("5");
    expect((await errorOf(response)).error).toMatchObject({
      code: "strategy_unreadable",
      message: expect.stringContaining(words),
      hint: expect.stringContaining("npx hoox strategy remove scalper"),
    });
    expect(await publishedBy(gateway, "notification.requested")).toEqual([
      expect.objectContaining({ data: expect.objectContaining({ severity: "critical" }) }),
    ]);
    expect(gateway.ledger.asked).toEqual([]);
  });

  it("because KV is away halt the strategy, told once whatever names a stranger invents", async () => {
    const { gateway, alert } = gatewayWith();
    gateway.config.trouble = new Error("KV is down");
    const statuses = [];
    for (const name of ["scalper", "a", "b"])
      statuses.push((await gateway.post({ ...alert, apiKey: keyOf(name) })).status);

    expect(statuses).toEqual([503, 503, 503]);
    expect(await publishedBy(gateway, "notification.requested")).toHaveLength(1);
  });

  it("because KV is slow do so before TradingView hangs up", async () => {
    const { gateway, alert } = gatewayWith();
    gateway.config.trouble = "hang";
    const started = gateway.clock.now().getTime();
    const answer = gateway.post(alert);
    await gateway.clock.advanceToNextTimer();

    expect((await answer).status).toBe(503);
    expect(gateway.clock.now().getTime() - started).toBeLessThan(1_000);
  });

  it("never make other settings hold: what this isolate knows is used for minutes, then nothing", async () => {
    const { gateway, alert } = gatewayWith({ limits: { maxNotional: "500" } });
    await gateway.post(alert);
    gateway.config.trouble = new Error("KV is down");
    gateway.clock.advance(60_000);

    expect((await gateway.post(alert)).status).toBe(202);
    expect(gateway.ledger.asked.at(-1)?.signal.limits).toEqual({ maxNotional: "500" });
    gateway.clock.advance(600_000);
    expect((await gateway.post(alert)).status).toBe(503);
  });
});

describe("a change of a strategy", () => {
  it("is seen within seconds by an isolate that knew the old one, by the alert after the one that finds it", async () => {
    const { gateway, alert } = gatewayWith();
    await gateway.post(alert);
    gateway.config.values.delete(strategyEntry("scalper"));
    gateway.clock.advance(10_000);

    expect((await gateway.post(alert)).status).toBe(202);
    await gateway.published();
    expect((await gateway.post(alert)).status).toBe(401);
  });

  it("is seen at once by an isolate that has not looked for half a minute", async () => {
    const { gateway, alert } = gatewayWith();
    await gateway.post(alert);
    gateway.config.values.delete(strategyEntry("scalper"));
    gateway.clock.advance(30_001);

    expect((await gateway.post(alert)).status).toBe(401);
  });
});
