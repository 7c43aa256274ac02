import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Mesh, until, type Answer } from "./mesh.ts";
import { bookOf } from "./venue.ts";

interface Kv {
  put(key: string, value: string): Promise<void>;
}
interface NewKey {
  key: string;
  strategy: { updatedAt: string };
}

const SETTINGS = { enabled: true, venue: "paper", limits: {}, validity: {}, defaults: {} };

/** What a gateway isolate knows it keeps for 10 s: tests that change a strategy wait that long, side by side. */
const SEEN = { timeoutMs: 60_000, everyMs: 1_000 };

describe("a strategy", { timeout: 90_000 }, () => {
  let mesh: Mesh;
  beforeAll(async () => {
    mesh = await Mesh.start();
  });
  afterAll(() => mesh.stop());

  it("has its alerts trade on its account, with its defaults and limits", async () => {
    const { key } = await add({
      name: "scalper",
      account: "second",
      defaults: { symbol: "BTCUSDT", quantity: "0.5", stopLoss: { percent: "2" } },
      limits: { maxNotional: "50000" },
      validity: { entrySeconds: 20 },
    });
    const requestId = await accepted(key, { action: "buy", price: "60000" });
    expect(await endOf(requestId)).toMatchObject({ outcome: "filled", strategy: "scalper", account: "second" });

    const orders = await until("its stop stands beside it", async () => {
      const booked = await bookOf(mesh, "second:paper");
      return booked.length === 2 ? booked : undefined;
    });
    expect(orders).toMatchObject([
      { symbol: "BTCUSDT", side: "buy", quantity: "0.5", status: "filled" },
      { symbol: "BTCUSDT", side: "sell", quantity: "0.5" },
    ]);
    expect(await bookOf(mesh)).toEqual([]);
    const [row] = await mesh.rows(`SELECT created_at, valid_until FROM signals WHERE request_id = '${requestId}'`);
    expect(Date.parse(String(row?.["valid_until"])) - Date.parse(String(row?.["created_at"]))).toBe(20_000);
  });

  it("keeps no operator from closing what is open elsewhere", async () => {
    const { key } = await add({ name: "left", account: "fourth" });
    await endOf(await accepted(key, { symbol: "BTCUSDT", action: "buy", quantity: "1", price: "60000" }));
    const body = { ledger: "fourth:paper", symbol: "BTCUSDT", key: "once", reason: "it moved" };
    const closing = await mesh.ops<{ requestId: string }>("POST", "/ops/positions/close", body);
    const again = await mesh.ops("POST", "/ops/positions/close", body);

    expect(again).toEqual({ status: "duplicate", requestId: closing.requestId });
    expect(await endOf(closing.requestId)).toMatchObject({
      outcome: "filled",
      strategy: "operator",
      account: "fourth",
    });
    expect(await bookOf(mesh, "fourth:paper")).toHaveLength(2);
  });

  it("halts an entry beyond its limit, in words", async () => {
    const { key } = await add({ name: "small", account: "third", limits: { maxNotional: "100" } });
    const requestId = await accepted(key, { symbol: "BTCUSDT", action: "buy", quantity: "1", price: "60000" });

    const end = await endOf(requestId);
    expect(end).toMatchObject({ outcome: "halted" });
    expect(String(end["reason"])).toMatch(/60000.*100|100.*60000/);
    expect(await bookOf(mesh, "third:paper")).toEqual([]);
  });

  it("is the only one whose idempotencyKeys its alerts share", async () => {
    const { key } = await add({ name: "twin", account: "main" });
    const alert = { symbol: "ETHUSDT", action: "buy", quantity: "1", price: "3000", idempotencyKey: "same" };
    await mesh.accepted(alert);

    expect(await post(key, alert)).toMatchObject({ status: 202 });
    expect(await post(key, alert)).toMatchObject({ status: 200, body: { status: "duplicate" } });
  });

  it("refuses another symbol: recorded as its own, and told once", async () => {
    const { key } = await add({ name: "narrow", account: "main", limits: { symbols: ["ETHUSDT"] } });
    const alert = { symbol: "BTCUSDT", action: "buy", quantity: "1", price: "1" };
    const answers = [await post(key, alert), await post(key, { ...alert, quantity: "2" })];

    expect(answers.map((each) => [each.status, each.body.error?.code])).toEqual([
      [403, "symbol_not_allowed"],
      [403, "symbol_not_allowed"],
    ]);
    await until("both refusals are recorded", async () => (await refusalsOf("narrow")) === 2);
    expect(await told('narrow" may not trade BTCUSDT')).toBe(1);
  });

  it.concurrent("that is disabled opens nothing, visibly, still closes, and goes on when it is enabled again", async () => {
    const { strategy, key } = await add({ name: "paused", account: "main" });
    const off = { ...SETTINGS, account: "main", enabled: false, replaces: strategy.updatedAt };
    await mesh.ops("PUT", "/ops/strategies/paused", off);
    const alert = { symbol: "ETHUSDT", action: "buy", quantity: "0.1", price: "1" };

    expect(await post(key, { ...alert, action: "close" })).toMatchObject({ status: 202 });
    expect(await post(key, alert)).toMatchObject({ status: 403, body: { error: { code: "strategy_disabled" } } });
    await until("the refusal is recorded", async () => (await refusalsOf("paused")) === 1);
    expect(await told('strategy "paused" is disabled')).toBe(1);
    const { strategy: now } = await mesh.ops<NewKey>("GET", "/ops/strategies/paused");
    await mesh.ops("PUT", "/ops/strategies/paused", { ...off, enabled: true, replaces: now.updatedAt });
    await until("it is enabled again", async () => (await post(key, alert)).status === 202, SEEN);
  });

  it.concurrent("has two keys after a rotation, then one", async () => {
    const { key: first } = await add({ name: "turning", account: "main" });
    const { key: second } = await rotate("turning", 3_600);

    expect(await statuses(first, second)).toEqual([202, 202]);
    const { key: third } = await rotate("turning", 0);
    await until(
      "the others are dropped",
      async () => String(await statuses(first, second, third)) === "401,401,202",
      SEEN,
    );
  });

  it.concurrent("that was removed is unknown, its history stays, and every change is on record", async () => {
    const { key } = await add({ name: "gone", account: "main" });
    const requestId = await accepted(key, { symbol: "GONEUSDT", action: "buy", quantity: "1", price: "1" });
    await endOf(requestId);
    await mesh.ops("DELETE", "/ops/strategies/gone");
    await until("its key is unknown", async () => (await statuses(key))[0] === 401, SEEN);

    expect(await endOf(requestId)).toMatchObject({ strategy: "gone", outcome: "filled" });
    const rows = await until("both changes are on record", async () => {
      const found = await mesh.rows("SELECT action, reason FROM audit_log WHERE target = 'gone' ORDER BY created_at");
      return found.length === 2 ? found : undefined;
    });
    expect(rows.map((row) => row["action"])).toEqual(["strategy.add", "strategy.remove"]);
    expect(JSON.stringify(rows)).not.toContain(key.slice(-32));
  });

  it("whose settings are damaged halts with 503, told as critical, and shows in the list", async () => {
    const kv = (await mesh.env<{ CONFIG: Kv }>("ops-worker")).CONFIG;
    const { key } = await add({ name: "damaged", account: "main" });
    await kv.put("strategy:damaged", '{"name":"damaged","limits":{}');

    expect(await post(key, { symbol: "BTCUSDT", action: "buy", quantity: "1", price: "1" })).toMatchObject({
      status: 503,
      body: { error: { code: "strategy_unreadable" } },
    });
    const { unreadable } = await mesh.ops<{ unreadable: unknown[] }>("GET", "/ops/strategies");
    expect(unreadable).toEqual([{ name: "damaged", problem: "it is no JSON" }]);
    expect(await told('settings of strategy "damaged"')).toBe(1);
  });

  function add(of: Record<string, unknown>): Promise<NewKey> {
    return mesh.ops("POST", "/ops/strategies", { ...SETTINGS, ...of });
  }

  function rotate(name: string, overlapSeconds: number): Promise<NewKey> {
    return mesh.ops("POST", `/ops/strategies/${name}/rotate`, { overlapSeconds });
  }

  function post(key: string, alert: Record<string, unknown>): Promise<Answer> {
    return mesh.alert({ ...alert, apiKey: key });
  }

  async function accepted(key: string, alert: Record<string, unknown>): Promise<string> {
    return mesh.accepted({ ...alert, apiKey: key });
  }

  let sent = 0;
  /** What a fresh alert with each of the keys is answered. */
  async function statuses(...keys: string[]): Promise<number[]> {
    const answers = keys.map((key) =>
      post(key, { symbol: "ETHUSDT", action: "close", idempotencyKey: `rotation-${(sent += 1)}` }),
    );
    return (await Promise.all(answers)).map((each) => each.status);
  }

  async function endOf(requestId: string): Promise<Record<string, unknown>> {
    return until(
      `${requestId} has ended`,
      async () => (await mesh.rows(`SELECT * FROM signals WHERE request_id = '${requestId}'`))[0],
    );
  }

  async function refusalsOf(strategy: string): Promise<number> {
    const rows = await mesh.rows(`SELECT 1 FROM signals WHERE strategy = '${strategy}' AND outcome = 'refused'`);
    return rows.length;
  }

  /** How many notifications say this, once there is one. */
  async function told(words: string): Promise<number> {
    const rows = await until("the trader is told", async () => {
      const found = await mesh.rows(`SELECT 1 FROM notifications WHERE title LIKE '%${words}%'`);
      return found.length > 0 ? found : undefined;
    });
    return rows.length;
  }
});
