import { createHash } from "node:crypto";
import { describe, expect, it } from "vitest";
import { decode } from "#contracts/codec";
import { opsRoutes } from "#contracts/routes/ops";
import { strategy as schema, strategyEntry, strategyOfKey } from "#contracts/strategy";
import { bindingOf, deadLetterQueueOf, queueNames, registry } from "#queues/registry";
import {
  FakeDeepQueue,
  FakeKillSwitch,
  FakeKv,
  FakeLedger,
  FakeWorker,
} from "../../../../tooling/fakes/ops-bindings.ts";
import { createDeps } from "../deps.ts";
import { createApp } from "../http.ts";

const requestId = "9b1deb4d-3b7d-4bad-9bdd-2b0d7b3dcb6d";
const SETTINGS = { enabled: true, account: "second", venue: "paper", defaults: {}, limits: {}, validity: {} };
const SCALPER = { name: "scalper", ...SETTINGS, limits: { maxNotional: "500" } };
const hashOf = (key: string): string => createHash("sha256").update(key).digest("hex");

/** ops-worker on fake bindings, as far as strategies are concerned; time stands still until moved. */
function desk() {
  const kv = new FakeKv();
  const queues = new Map(
    [...queueNames, ...queueNames.map(deadLetterQueueOf)].map((name) => [bindingOf(name), new FakeDeepQueue()]),
  );
  const worker = new FakeWorker({});
  const { ops } = createDeps({
    ...Object.fromEntries(queues),
    LEDGER_WORKER: worker,
    D1_WORKER: worker,
    TELEGRAM_WORKER: worker,
    TRADE_WORKER: worker,
    ACCOUNT_LEDGER: { getByName: (name: string) => new FakeLedger(name) },
    KILL_SWITCH: { getByName: () => new FakeKillSwitch() },
    REPLAY_JOBS: { getByName: () => ({}) },
    QUEUE_WATCH: { getByName: () => ({}) },
    CONFIG: kv,
    WRONG_KEY_RATE: { limit: async () => ({ success: true }) },
    INTERNAL_KEY_BINDING: "inner",
    OPERATOR_KEY_BINDING: "operator-key-of-the-tests",
    VERSION: { id: "v1" },
  });
  let now = Date.parse("2026-11-23T12:00:00.000Z");
  const lines: unknown[][] = [];
  const log = Object.assign((...line: unknown[]) => void lines.push(line), { for: () => log });
  const app = createApp({ ...ops, log, now: () => new Date(now), timeoutMs: 20 });

  async function call(method: string, path: string, body?: unknown) {
    const headers = {
      "X-Internal-Auth-Key": "inner",
      Authorization: "Bearer operator-key-of-the-tests",
      "X-Request-Id": requestId,
    };
    const text = body === undefined ? undefined : JSON.stringify(body);
    const response = await app.fetch(new Request(`https://internal${path}`, { method, headers, body: text }));
    return { status: response.status, body: (await response.json()) as unknown };
  }
  return {
    kv,
    lines,
    call,
    pass: (milliseconds: number) => void (now += milliseconds),
    stored: (name: string) => schema.parse(JSON.parse(kv.values.get(strategyEntry(name)) ?? "")),
    list: async () => opsRoutes.strategies.reply.parse((await call("GET", "/ops/strategies")).body),
    show: async (name: string) => opsRoutes.strategy.reply.parse((await call("GET", `/ops/strategies/${name}`)).body),
    add: async (body: object = SCALPER) =>
      opsRoutes.addStrategy.reply.parse((await call("POST", "/ops/strategies", body)).body),
    rotate: async (overlapSeconds: number) =>
      opsRoutes.rotateStrategy.reply.parse(
        (await call("POST", "/ops/strategies/scalper/rotate", { overlapSeconds })).body,
      ),
    audited: () => queues.get("RECORDS_QUEUE")?.sent.map((wire) => decode(registry.records.contracts, wire).data) ?? [],
  };
}

describe("adding a strategy", () => {
  it("answers its key once; what is kept is the key's hash", async () => {
    const { add, stored, list, lines, audited } = desk();
    const { key, strategy } = await add();

    expect(strategyOfKey(key)).toBe("scalper");
    expect(stored("scalper").keys).toEqual([{ hash: hashOf(key), createdAt: "2026-11-23T12:00:00.000Z" }]);
    expect(strategy).toMatchObject({ ...SCALPER, keys: [{ createdAt: "2026-11-23T12:00:00.000Z" }] });
    const secret = key.slice(-32);
    expect(JSON.stringify([await list(), lines, audited(), stored("scalper")])).not.toContain(secret);
    expect(JSON.stringify(await list())).not.toContain(hashOf(key));
  });

  it("makes another key every time", async () => {
    expect((await desk().add()).key).not.toBe((await desk().add()).key);
  });

  it("is audited, and says how long it may take until every place knows it", async () => {
    const { add, audited } = desk();
    const { note } = await add();

    expect(note).toMatch(/a minute or a little more.*30 s/);
    expect(audited()).toEqual([
      expect.objectContaining({
        actor: "operator",
        action: "strategy.add",
        target: "scalper",
        reason: "added with enabled yes, account second, venue paper, max notional 500",
      }),
    ]);
  });

  it.each(["scalper", "default"])("that is there already is refused, and changes nothing: %s", async (name) => {
    const { add, call, kv } = desk();
    await add();
    const before = new Map(kv.values);

    expect(await call("POST", "/ops/strategies", { ...SCALPER, name })).toMatchObject({
      status: 409,
      body: { error: { code: "strategy_exists" } },
    });
    expect(kv.values).toEqual(before);
  });

  it.each([
    ["a name that is none", { name: "Scalper!" }, "name must be 1-32 of a-z"],
    ["no account", { account: undefined }, "account is missing"],
    ["an unknown venue", { venue: "kraken" }, "venue"],
    [
      "two sizes",
      { defaults: { quantity: "1", size: { quote: "5" } } },
      "defaults take a quantity or a size, not both",
    ],
    ["a stop at a price", { defaults: { stopLoss: { price: "1" } } }, "defaults.stopLoss"],
    ["a limit that nobody knows", { limits: { maxLoss: "1" } }, "limits"],
  ])("with %s is a 400 that names the field", async (_, change, words) => {
    const { call, kv } = desk();
    const answer = await call("POST", "/ops/strategies", { ...SCALPER, ...change });

    expect(answer).toMatchObject({ status: 400, body: { error: { message: expect.stringContaining(words) } } });
    expect(kv.values.size).toBe(0);
  });

  it("that KV does not take is no success", async () => {
    const { call, kv } = desk();
    kv.trouble = new Error("KV is down");

    expect(await call("POST", "/ops/strategies", SCALPER)).toMatchObject({ status: 503 });
  });
});

describe("looking at strategies", () => {
  it("shows the default one though nothing is set for it", async () => {
    const { list, show } = desk();

    expect((await list()).strategies).toMatchObject([{ name: "default", enabled: true }]);
    expect((await show("default")).strategy.updatedAt).toBeUndefined();
  });

  it.each([
    ["that is no JSON", "{", "it is no JSON"],
    ["of another shape", '{"name":"broken"}', "enabled"],
    [
      "of another name",
      JSON.stringify({ ...SCALPER, keys: [], createdAt: "2026-11-23T12:00:00Z", updatedAt: "2026-11-23T12:00:00Z" }),
      "scalper",
    ],
  ])("shows a damaged entry %s beside the others", async (_, text, problem) => {
    const { list, call, kv, add } = desk();
    await add();
    kv.values.set(strategyEntry("broken"), text);
    const { strategies, unreadable } = await list();

    expect(strategies.map((each) => each.name)).toEqual(["default", "scalper"]);
    expect(unreadable).toEqual([{ name: "broken", problem: expect.stringContaining(problem) }]);
    expect(await call("GET", "/ops/strategies/broken")).toMatchObject({ status: 409 });
  });

  it("answers 404 for one that is not there", async () => {
    expect(await desk().call("GET", "/ops/strategies/nobody")).toMatchObject({ status: 404 });
  });
});

describe("setting a strategy", () => {
  it("replaces its settings, keeps its keys, and says in the audit row what changed", async () => {
    const { add, call, stored, audited, pass } = desk();
    const { key, strategy } = await add();
    pass(1_000);
    const body = { ...SETTINGS, enabled: false, limits: { maxNotional: "900" }, replaces: strategy.updatedAt };

    expect(await call("PUT", "/ops/strategies/scalper", body)).toMatchObject({ status: 200 });
    expect(stored("scalper")).toMatchObject({
      enabled: false,
      limits: { maxNotional: "900" },
      keys: [{ hash: hashOf(key) }],
      createdAt: "2026-11-23T12:00:00.000Z",
      updatedAt: "2026-11-23T12:00:01.000Z",
    });
    expect(audited().at(-1)).toMatchObject({
      action: "strategy.set",
      reason: "enabled yes → no, max notional 500 → 900",
    });
  });

  it("does not overwrite what somebody else set meanwhile", async () => {
    const { add, call, stored } = desk();
    await add();
    const body = { ...SETTINGS, enabled: false, replaces: "2026-11-23T11:00:00.000Z" };

    expect(await call("PUT", "/ops/strategies/scalper", body)).toMatchObject({
      status: 409,
      body: { error: { code: "strategy_changed" } },
    });
    expect(stored("scalper").enabled).toBe(true);
  });

  it("leaves none but the default one without an account", async () => {
    const { add, call, stored } = desk();
    const { strategy } = await add();
    const body = { enabled: true, defaults: {}, limits: { maxNotional: "9" }, validity: {} };

    expect(await call("PUT", "/ops/strategies/scalper", { ...body, replaces: strategy.updatedAt })).toMatchObject({
      status: 400,
      body: { error: { message: "account and venue are needed" } },
    });
    expect(await call("PUT", "/ops/strategies/default", body)).toMatchObject({ status: 200 });
    expect(stored("default")).toMatchObject({ limits: { maxNotional: "9" }, keys: [] });
  });
});

describe("rotating a key", () => {
  it("lets the old one pass for a while, and never more than two", async () => {
    const { add, rotate, stored } = desk();
    const first = await add();
    const second = await rotate(86_400);

    expect(stored("scalper").keys).toEqual([
      expect.objectContaining({ hash: hashOf(first.key), expiresAt: "2026-11-24T12:00:00.000Z" }),
      { hash: hashOf(second.key), createdAt: "2026-11-23T12:00:00.000Z" },
    ]);
    const third = await rotate(3_600);
    expect(stored("scalper").keys.map((each) => each.hash)).toEqual([hashOf(second.key), hashOf(third.key)]);
  });

  it("drops the old one at once when that is asked for", async () => {
    const { add, rotate, stored, audited } = desk();
    await add();
    const { key } = await rotate(0);

    expect(stored("scalper").keys.map((each) => each.hash)).toEqual([hashOf(key)]);
    expect(audited().at(-1)).toMatchObject({ action: "strategy.rotate", reason: "a new key, the old one dropped" });
  });

  it("shows the old one no longer once it has expired", async () => {
    const { add, rotate, show, pass } = desk();
    await add();
    await rotate(60);
    expect((await show("scalper")).strategy.keys).toHaveLength(2);
    pass(60_000);

    expect((await show("scalper")).strategy.keys).toHaveLength(1);
  });

  it("is refused for the default strategy, whose key is a secret", async () => {
    expect(await desk().call("POST", "/ops/strategies/default/rotate", { overlapSeconds: 0 })).toMatchObject({
      status: 409,
      body: { error: { message: expect.stringContaining("WEBHOOK_API_KEY_BINDING") } },
    });
  });
});

describe("removing a strategy", () => {
  it("takes its settings and keys away, audited", async () => {
    const { add, call, kv, audited } = desk();
    await add();

    expect(await call("DELETE", "/ops/strategies/scalper")).toMatchObject({ status: 200, body: { name: "scalper" } });
    expect(kv.values.size).toBe(0);
    expect(audited().at(-1)).toMatchObject({ action: "strategy.remove", target: "scalper" });
    expect(await call("DELETE", "/ops/strategies/scalper")).toMatchObject({ status: 404 });
  });

  it("works for a damaged one", async () => {
    const { call, kv } = desk();
    kv.values.set(strategyEntry("broken"), "{");

    expect(await call("DELETE", "/ops/strategies/broken")).toMatchObject({ status: 200 });
  });
});
