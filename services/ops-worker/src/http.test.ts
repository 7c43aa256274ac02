import { describe, expect, it } from "vitest";
import * as z from "zod";
import { decode } from "#contracts/codec";
import type { SignalView } from "#contracts/ledger";
import { health } from "#contracts/health";
import { opsRoutes } from "#contracts/routes/ops";
import { proofOf } from "#contracts/secret-proof";
import { bindingOf, deadLetterQueueOf, queueNames, registry } from "#queues/registry";
import { createLogBuffer } from "#runtime/log";
import { FakeDeepQueue, FakeKillSwitch, FakeKv, FakeLedger, FakeWorker } from "../../../tooling/fakes/ops-bindings.ts";
import { MemorySql } from "../../../tooling/fakes/memory-sql.ts";
import { createWatchHost } from "./watch/watch-host.ts";
import { createDeps } from "./deps.ts";
import { createApp } from "./http.ts";

const requestId = "9b1deb4d-3b7d-4bad-9bdd-2b0d7b3dcb6d";
const emptyTrace = { requestId, orders: [], fills: [], notifications: [], deadLetters: [], logs: [] };
const storedSignal = { request_id: requestId, outcome: "filled" };
const summary = { signalsToday: 3, refusalsToday: 0, deadLettersOpen: 1, deadLettersSilent: 0 };
const healthy = (worker: string) => () => ({ worker, status: "ok", version: "v1", dependencies: [] });

/** ops-worker on fake bindings, called as the gateway calls it. */
function mesh(databaseAnswers: Readonly<Record<string, (request: Request) => unknown>> = {}) {
  const killSwitch = new FakeKillSwitch();
  const ledgers = new Map(["alt:binance", "main:paper"].map((name) => [name, new FakeLedger(name)]));
  for (const name of ledgers.keys()) killSwitch.names.add(name);
  const ledgerOf = (name: string): FakeLedger => ledgers.get(name) ?? new FakeLedger(name);
  const kv = new FakeKv();
  const watch = createWatchHost(new MemorySql());
  const queues = new Map(
    [...queueNames, ...queueNames.map(deadLetterQueueOf)].map((name) => [bindingOf(name), new FakeDeepQueue()]),
  );
  const queue = (binding: string): FakeDeepQueue => queues.get(binding) ?? new FakeDeepQueue();
  const workers = {
    LEDGER_WORKER: new FakeWorker({ "/health": healthy("ledger-worker") }),
    D1_WORKER: new FakeWorker({
      "/health": healthy("d1-worker"),
      "/summary": () => summary,
      "/unacknowledged": () => ({ notifications: [] }),
      ...databaseAnswers,
    }),
    TELEGRAM_WORKER: new FakeWorker({ "/health": healthy("telegram-worker") }),
    TRADE_WORKER: new FakeWorker({ "/health": healthy("trade-worker") }),
  };
  const limited: string[] = [];
  const rate = { allowed: 10 };
  const env = {
    ...Object.fromEntries(queues),
    ...workers,
    ACCOUNT_LEDGER: { getByName: ledgerOf },
    KILL_SWITCH: { getByName: () => killSwitch },
    REPLAY_JOBS: { getByName: () => ({}) },
    QUEUE_WATCH: { getByName: () => watch },
    CONFIG: kv,
    WRONG_KEY_RATE: { limit: async ({ key }: { key: string }) => ({ success: limited.push(key) <= rate.allowed }) },
    INTERNAL_KEY_BINDING: "inner",
    OPERATOR_KEY_BINDING: "old,new",
    VERSION: { id: "v1" },
  };
  const written: { event: string; severity: string; message: string; fields: Record<string, unknown> }[] = [];
  const { ops } = createDeps(env);
  const { log } = createLogBuffer({
    worker: "ops-worker",
    producer: ops.producer,
    write: (line) => written.push(JSON.parse(line)),
  });
  const app = createApp({ ...ops, log, timeoutMs: 20 });

  async function call(
    method: string,
    path: string,
    body?: unknown,
    headers: Record<string, string> = {},
  ): Promise<Response> {
    const all = {
      "X-Internal-Auth-Key": "inner",
      Authorization: "Bearer new",
      "X-Request-Id": requestId,
      "X-Source-Ip": "1.2.3.4",
      ...headers,
    };
    const text = body === undefined ? undefined : typeof body === "string" ? body : JSON.stringify(body);
    return app.fetch(new Request(`https://internal${path}`, { method, headers: all, body: text }));
  }
  /** The answer as a client reads it, by the row that both share. */
  async function answerTo<Name extends keyof typeof opsRoutes>(
    name: Name,
    path: string = opsRoutes[name].path,
    body?: unknown,
  ): Promise<z.infer<(typeof opsRoutes)[Name]["reply"]>> {
    const response = await call(opsRoutes[name].method, path, body);
    const text = await response.text();
    if (!response.ok) throw new Error(`${response.status} ${text}`);
    // The reply schema found by name makes the reply of that name.
    return opsRoutes[name].reply.parse(JSON.parse(text)) as z.infer<(typeof opsRoutes)[Name]["reply"]>;
  }
  const records = () => queue("RECORDS_QUEUE").sent.map((wire) => decode(registry.records.contracts, wire));
  const notifications = () =>
    queue("NOTIFICATIONS_QUEUE").sent.map((wire) => decode(registry.notifications.contracts, wire));
  return {
    call,
    answerTo,
    killSwitch,
    ledgerOf,
    kv,
    watch,
    queue,
    workers,
    limited,
    rate,
    written,
    records,
    notifications,
  };
}

function signalWith(legs: readonly [string, SignalView["legs"][number]["status"]][]): SignalView {
  return {
    requestId,
    lane: "main:paper:BTCUSDT",
    seq: 1,
    action: "buy",
    state: "leased",
    attempts: 1,
    acceptedAt: new Date("2026-11-01T00:00:00.000Z"),
    validUntil: new Date("2026-11-01T00:01:00.000Z"),
    legs: legs.map(([clientOrderId, status]) => ({
      leg: "e",
      role: "entry",
      status,
      clientOrderId,
      filledQuantity: "0",
    })),
  };
}

describe("the proofs of secrets", () => {
  const name = "INTERNAL_KEY_BINDING";
  const path = `/ops/secrets?names=${name}`;
  const proofs = ["a".repeat(64)];

  it("are asked of every Worker over the id of the request, and say who could not be asked", async () => {
    const { answerTo, workers } = mesh({ "/proof": () => ({ secrets: [{ name, proofs }] }) });
    const answer = await answerTo("secrets", path);

    const question: unknown = await workers.D1_WORKER.asked[0]?.json();
    expect(question).toEqual({ names: [name], nonce: requestId });
    expect(answer).toEqual({
      nonce: requestId,
      workers: [
        { worker: "ledger-worker", problem: expect.stringContaining("npx hoox deploy ledger-worker") },
        { worker: "d1-worker", secrets: [{ name, proofs }] },
        { worker: "telegram-worker", problem: expect.any(String) },
        { worker: "trade-worker", problem: expect.any(String) },
        { worker: "ops-worker", secrets: [{ name, proofs: [await proofOf("inner", { name, nonce: requestId })] }] },
      ],
    });
  });

  it("are given to an operator even while the gateway's internal key differs, and to nobody else", async () => {
    const { call } = mesh();
    const differs = { "X-Internal-Auth-Key": "wrong" };

    expect((await call("GET", path, undefined, differs)).status).toBe(200);
    const stranger = await call("GET", path, undefined, { ...differs, Authorization: "Bearer wrong" });
    expect([stranger.status, await stranger.json()]).toMatchObject([401, { error: { code: "operator_key_mismatch" } }]);
  });

  it("are not given for a variable that is no secret", async () => {
    const response = await mesh().call("GET", "/ops/secrets?names=REPLAY_SETTINGS");
    expect([response.status, await response.json()]).toMatchObject([
      400,
      { error: { message: "names.0 is no name of a secret" } },
    ]);
  });
});

describe("what stands in KV", () => {
  it("is shown by prefix, and changed with an audit row that says what and why", async () => {
    const { answerTo, kv, records } = mesh();
    kv.values.set("config:summary", '{"hour":7}');
    kv.values.set("trade:kill_switch", "all");
    expect(await answerTo("config", "/ops/config?prefix=trade:")).toEqual({
      entries: [{ key: "trade:kill_switch", value: "all" }],
    });

    await answerTo("setConfig", undefined, { key: "trade:kill_switch", value: "false", reason: "over" });
    await answerTo("setConfig", undefined, { key: "config:summary", reason: "as it comes" });

    expect([...kv.values]).toEqual([["trade:kill_switch", "false"]]);
    expect(records().map(({ data }) => data)).toMatchObject([
      { actor: "operator", action: "config.set", target: "trade:kill_switch", reason: "over" },
      { actor: "operator", action: "config.delete", target: "config:summary", reason: "as it comes" },
    ]);
  });

  it("takes no limits under a key that nobody reads, but deletes them", async () => {
    const { call, kv } = mesh();
    const body = { key: "limits:main:binnance", value: '{"maxPosition":"1"}', reason: "x" };
    kv.values.set(body.key, body.value);
    const response = await call("PUT", "/ops/config", body);
    await call("PUT", "/ops/config", { key: body.key, reason: "mistyped" });

    expect([response.status, await response.json()]).toMatchObject([
      409,
      { error: { message: expect.stringContaining("nobody reads it: the venue is one of paper, binance") } },
    ]);
    expect(kv.values.has(body.key)).toBe(false);
  });

  it("says of limits that no alert has reached their ledger yet", async () => {
    const { answerTo } = mesh();
    const set = (ledger: string) =>
      answerTo("setConfig", undefined, { key: `limits:${ledger}`, value: '{"maxPosition":"1"}', reason: "x" });

    expect((await set("mian:paper")).note).toContain(
      "no alert has reached mian:paper yet; the ledgers are alt:binance, main:paper",
    );
    expect((await set("main:paper")).note).not.toContain("no alert");
  });

  it("is never what Hoox could not read back", async () => {
    const { call, kv } = mesh();
    const response = await call("PUT", "/ops/config", { key: "telegram:chats", value: "{}", reason: "x" });

    expect([response.status, await response.json()]).toMatchObject([409, { error: { code: "config_does_not_fit" } }]);
    expect(kv.values.size).toBe(0);
  });
});

describe("who may ask", () => {
  it("is only the gateway", async () => {
    const { call } = mesh();
    const response = await call("GET", "/ops/status", undefined, { "X-Internal-Auth-Key": "wrong" });

    expect([response.status, await response.json()]).toMatchObject([401, { error: { code: "internal_key_mismatch" } }]);
  });

  it.each([
    ["Bearer new", 200],
    ["bearer old", 200],
    ["Bearer wrong", 401],
    ["new", 401],
    ["", 401],
  ])("is an operator: %j is answered %i", async (authorization, status) => {
    const { call } = mesh();

    expect((await call("GET", "/ops/queues", undefined, { Authorization: authorization })).status).toBe(status);
  });

  it.each([
    ["GET", "/ops/status", {}, 200],
    ["GET", "/ops/status", { Authorization: "Bearer wrong" }, 401],
    ["GET", "/ops/nothing", {}, 404],
    ["PUT", "/ops/kill-switch", {}, 400],
  ] as const)("gets an answer that nothing keeps or shows as a page: %s %s", async (method, path, headers, status) => {
    const response = await mesh().call(method, path, undefined, headers);

    expect(response.status).toBe(status);
    expect(Object.fromEntries(response.headers)).toMatchObject({
      "cache-control": "no-store",
      "x-content-type-options": "nosniff",
      "content-security-policy": "default-src 'none'; frame-ancestors 'none'",
      "referrer-policy": "no-referrer",
    });
  });

  it("is refused for a while after too many wrong keys, by source, and a right key never", async () => {
    const { call, limited, rate, written } = mesh();
    rate.allowed = 1;
    const wrong = { Authorization: "Bearer wrong" };
    const statuses = [];
    for (let index = 0; index < 3; index += 1)
      statuses.push((await call("GET", "/ops/queues", undefined, wrong)).status);
    const last = await call("GET", "/ops/queues", undefined, wrong);

    expect(statuses).toEqual([401, 429, 429]);
    expect(last.headers.get("Retry-After")).toMatch(/^\d+$/);
    expect(limited.every((key) => key === "1.2.3.4")).toBe(true);
    expect((await call("GET", "/ops/queues")).status).toBe(200);
    expect(written.filter((line) => line.event === "ops.refused")).toHaveLength(1);
  });

  it("never sees a key in the log", async () => {
    const { call, written } = mesh();
    await call("GET", "/ops/queues", undefined, { Authorization: "Bearer sesame-open" });

    expect(JSON.stringify(written)).not.toMatch(/sesame-open|inner|old,new/);
  });
});

describe("a call that does not fit its row", () => {
  it.each([
    ["GET", "/ops/logs?limit=0", undefined, /limit/],
    ["GET", "/ops/logs?wait=99", undefined, /wait/],
    ["GET", "/ops/traces/not-a-uuid", undefined, /requestId/],
    ["PUT", "/ops/kill-switch", { mode: "maybe", reason: "x" }, /mode/],
    ["PUT", "/ops/kill-switch", { mode: "all" }, /reason/],
    ["PUT", "/ops/kill-switch", { mode: "off", reason: "x", cancelEntries: true }, /cancelEntries/],
    ["POST", "/ops/db/query", "not JSON", /body/],
    ["POST", "/ops/lanes/resolve", { requestId, outcome: "maybe", reason: "x" }, /outcome/],
    ["POST", "/ops/lanes/resolve", { requestId, outcome: "filled", reason: " " }, /reason/],
  ])("%s %s %j is 400 and names the field", async (method, path, body, field) => {
    const { call } = mesh();
    const response = await call(method, path, body);
    const { error } = z.object({ error: z.object({ message: z.string() }) }).parse(await response.json());

    expect(response.status).toBe(400);
    expect(error.message).toMatch(field);
  });

  it.each([
    ["GET", "/ops/traces/xx", undefined, "requestId is not a UUID: it is the X-Request-Id of an answer"],
    ["POST", "/ops/db/query", { sql: "" }, "sql is empty: send one SELECT"],
    ["POST", "/ops/db/query", {}, "sql must be a text: send one SELECT"],
    ["POST", "/ops/db/query", "not JSON", "the body is not a JSON object"],
    ["PUT", "/ops/kill-switch", { mode: "all" }, "reason is missing"],
    ["PUT", "/ops/kill-switch", { reason: "x" }, "mode is missing"],
    ["PUT", "/ops/kill-switch", { mode: "all", reason: "" }, "reason is empty"],
    [
      "POST",
      "/ops/lanes/resolve",
      { requestId: "xx", outcome: "filled", reason: "x" },
      "requestId is not a UUID: it is the X-Request-Id of an answer",
    ],
  ])("%s %s %j is told in plain words", async (method, path, body, words) => {
    const { call } = mesh();
    const response = await call(method, path, body);

    expect(await response.json()).toMatchObject({ error: { message: words } });
  });

  it("is 404 when there is no such row, and carries the request's id", async () => {
    const { call } = mesh();
    const response = await call("GET", "/ops/nothing");

    expect([response.status, response.headers.get("X-Request-Id")]).toEqual([404, requestId]);
  });
});

describe("GET /ops/status", () => {
  it("tells all there is to tell", async () => {
    const { answerTo, queue } = mesh();
    queue("RECORDS_QUEUE").depth = {
      backlogCount: 7,
      backlogBytes: 700,
      oldestMessageTimestamp: new Date("2026-11-01T00:00:00.000Z"),
    };
    const status = await answerTo("status");

    expect(status.problems).toEqual([]);
    expect(status.killSwitch.effective).toBe("off");
    expect(status.ledgers.map((each) => each.ledger)).toEqual(["alt:binance", "main:paper"]);
    expect(status.database).toEqual(summary);
    expect(status.queues.find((each) => each.queue === "records")).toMatchObject({
      backlogCount: 7,
      oldestMessageAt: "2026-11-01T00:00:00.000Z",
    });
    expect(status.queues).toHaveLength(2 * queueNames.length);
  });

  it("holds the critical notifications that nobody has acknowledged", async () => {
    const created_at = "2026-11-01T00:00:00.000Z";
    const unread = { id: "n", request_id: requestId, created_at, title: "Exit not executed", chat_id: "7" };
    const { answerTo } = mesh({ "/unacknowledged": () => ({ notifications: [unread] }) });

    expect((await answerTo("status")).unread).toMatchObject([{ title: "Exit not executed" }]);
  });

  it("names the signals that hold their lanes up: heads that are late, and what is in doubt", async () => {
    const { answerTo, ledgerOf } = mesh();
    const recent = { acceptedAt: new Date() };
    ledgerOf("main:paper").signals.push(
      { ...signalWith([]), reason: "the venue is away" },
      { ...signalWith([]), requestId: "behind" },
      { ...signalWith([]), ...recent, lane: "main:paper:ETHUSDT", requestId: "young" },
      { ...signalWith([["a-e", "in_doubt"]]), ...recent, lane: "main:paper:SOLUSDT", requestId: "doubtful" },
    );

    expect((await answerTo("status")).blocked).toMatchObject([
      { lane: "main:paper:BTCUSDT", requestId, inDoubt: false, reason: "the venue is away", waiting: 1 },
      { lane: "main:paper:SOLUSDT", requestId: "doubtful", inDoubt: true, waiting: 0 },
    ]);
  });

  it("names the positions that the monitor has seen to differ, until it has seen one agree", async () => {
    const { answerTo, watch } = mesh();
    const name = "main:paper BTCUSDT.P";
    const drift = { name, there: "0", here: "1" };
    const at = Date.parse("2026-11-01T00:00:00.000Z");
    const look = async (
      minute: number,
      holdings?: { drifts: (typeof drift)[]; agreeing: string[]; listed: string[] },
    ) =>
      watch.observe({
        v: 1,
        sample: { at: at + minute * 60_000, queues: [], ledgers: [], holdings },
        config: {},
        requestId,
      });
    await look(0, { drifts: [drift], agreeing: [], listed: [] });
    expect((await answerTo("status")).drifts).toEqual([]);
    await look(5, { drifts: [drift], agreeing: [], listed: [] });
    await look(6);
    expect((await answerTo("status")).drifts).toEqual([{ position: name, since: "2026-11-01T00:00:00.000Z" }]);

    await look(10, { drifts: [], agreeing: [name], listed: [] });
    expect((await answerTo("status")).drifts).toEqual([]);
    await look(11);
    expect((await answerTo("status")).drifts).toEqual([]);
  });

  it("says what it could not learn instead of failing", async () => {
    const { answerTo, ledgerOf, workers, queue, kv } = mesh();
    ledgerOf("main:paper").trouble = "silent";
    workers.D1_WORKER.trouble = new Error("connection lost");
    queue("RECORDS_DLQ").trouble = new Error("queue gone");
    kv.trouble = new Error("KV down");
    const status = await answerTo("status");

    expect(status.ledgers.map((each) => each.ledger)).toEqual(["alt:binance"]);
    expect(status.problems.join("\n")).toMatch(/KV down[^]*main:paper[^]*queue gone[^]*connection lost/);
  });

  it("says that entries are halted while the kill switch cannot be read", async () => {
    const { answerTo, killSwitch } = mesh();
    killSwitch.trouble = new Error("reset");
    const status = await answerTo("status");

    expect(status.killSwitch.effective).toBe("entries");
    expect(status.problems.join("\n")).toMatch(/kill switch could not be read, so entries are halted: reset/);
  });
});

describe("GET /ops/health", () => {
  it("asks every Worker behind the gateway, itself included", async () => {
    const { answerTo } = mesh();
    const { workers } = await answerTo("health");

    expect(workers.map(({ worker, status }) => [worker, status])).toEqual([
      ["ledger-worker", "ok"],
      ["d1-worker", "ok"],
      ["telegram-worker", "ok"],
      ["trade-worker", "ok"],
      ["ops-worker", "ok"],
    ]);
  });

  it("names the Worker that is not deployed, and how to deploy it", async () => {
    const { answerTo, workers: bindings } = mesh();
    bindings.TRADE_WORKER.fetch = async () =>
      new Response('Worker "trade-worker" not found. Make sure it is running locally.', { status: 503 });
    const { workers } = await answerTo("health");
    const detail =
      "trade-worker is not deployed; locally: start the mesh without --without trade-worker; on Cloudflare: npx hoox deploy all";
    const missing = { name: "trade-worker", status: "not_deployed", detail };

    expect(workers.find((each) => each.worker === "trade-worker")).toMatchObject({
      status: "failing",
      dependencies: [missing],
    });
    expect(workers.find((each) => each.worker === "ops-worker")).toMatchObject({
      status: "ok",
      dependencies: expect.arrayContaining([missing]),
    });
  });

  it.each([
    ["fails", new Error("script threw"), /script threw/],
    ["never answers", "silent", /did not answer within|aborted/],
  ] as const)("says so when one %s, and waits for nobody else's sake", async (_, trouble, detail) => {
    const { answerTo, workers: bindings } = mesh();
    bindings.LEDGER_WORKER.trouble = trouble;
    const { workers } = await answerTo("health");

    expect(workers.find((each) => each.worker === "ledger-worker")).toMatchObject({
      status: "failing",
      dependencies: [{ name: "ledger-worker", status: "failing", detail: expect.stringMatching(detail) }],
    });
    expect(workers.filter((each) => each.status === "ok")).toHaveLength(4);
  });
});

describe("GET /health", () => {
  it("needs no key and asks nobody", async () => {
    const { call, killSwitch, workers } = mesh();
    killSwitch.trouble = new Error("reset");
    const response = await call("GET", "/health", undefined, { "X-Internal-Auth-Key": "", Authorization: "" });

    expect([response.status, health.parse(await response.json()).status]).toEqual([200, "ok"]);
    expect(Object.values(workers).flatMap((each) => each.asked)).toEqual([]);
  });
});

describe("GET /ops/traces/:requestId", () => {
  const path = `/ops/traces/${requestId}`;
  const stored = { [`/traces/${requestId}`]: () => ({ ...emptyTrace, signal: storedSignal }) };

  it("tells the database's story and the ledger's own view", async () => {
    const { answerTo, ledgerOf } = mesh(stored);
    ledgerOf("main:paper").signals.push(signalWith([["a-e", "sending"]]));
    const trace = await answerTo("trace", path);

    expect(trace).toMatchObject({ signal: storedSignal, ledger: { name: "main:paper", signal: { requestId } } });
    expect(trace.ledger?.signal.acceptedAt).toEqual(new Date("2026-11-01T00:00:00.000Z"));
    expect(trace.problems).toBeUndefined();
  });

  it("works while a ledger is down, and says which", async () => {
    const { answerTo, ledgerOf } = mesh(stored);
    ledgerOf("alt:binance").trouble = "silent";
    const trace = await answerTo("trace", path);

    expect(trace).toMatchObject({ signal: storedSignal, problems: [expect.stringContaining("alt:binance")] });
  });

  it("works while the database is down, as far as the ledger knows", async () => {
    const { answerTo, ledgerOf, workers } = mesh();
    workers.D1_WORKER.trouble = new Error("connection lost");
    ledgerOf("main:paper").signals.push(signalWith([]));
    const trace = await answerTo("trace", path);

    expect(trace).toMatchObject({
      ledger: { name: "main:paper" },
      problems: [expect.stringContaining("connection lost")],
    });
  });

  it("is 404 when nobody knows the request", async () => {
    const { call } = mesh({ [`/traces/${requestId}`]: () => emptyTrace });

    expect((await call("GET", path)).status).toBe(404);
  });

  it("is no 404 while a ledger that may know it is down", async () => {
    const { answerTo, ledgerOf } = mesh({ [`/traces/${requestId}`]: () => emptyTrace });
    ledgerOf("main:paper").trouble = new Error("reset");

    expect((await answerTo("trace", path)).problems).toEqual([expect.stringContaining("main:paper")]);
  });

  it("is no 404 when the database could not be asked", async () => {
    const { call, workers } = mesh();
    workers.D1_WORKER.trouble = new Error("connection lost");

    expect((await call("GET", path)).status).toBe(502);
  });
});

describe("what d1-worker answers", () => {
  it("is passed on, the question with it", async () => {
    const { answerTo, workers } = mesh({ "/logs": () => ({ logs: [], next: 7 }) });

    expect(await answerTo("logs", "/ops/logs?worker=hoox&after=3&wait=25")).toEqual({ logs: [], next: 7 });
    const asked = new URL(workers.D1_WORKER.asked[0]?.url ?? "");
    expect(Object.fromEntries(asked.searchParams)).toEqual({ worker: "hoox", after: "3", wait: "25", limit: "100" });
  });

  it("is asked for under the caller's requestId and the internal key", async () => {
    const { answerTo, workers } = mesh({ "/query": () => ({ rows: [{ one: 1 }] }) });
    expect(await answerTo("query", "/ops/db/query", { sql: "SELECT 1 AS one" })).toEqual({ rows: [{ one: 1 }] });
    const [asked] = workers.D1_WORKER.asked;

    expect([asked?.headers.get("X-Request-Id"), asked?.headers.get("X-Internal-Auth-Key")]).toEqual([
      requestId,
      "inner",
    ]);
    expect(await asked?.json()).toEqual({ sql: "SELECT 1 AS one" });
  });

  it("may be about a dead letter whose id has slashes", async () => {
    const { call, workers } = mesh();
    await call("GET", `/ops/dead-letters/${encodeURIComponent("a/b/1")}`);

    expect(new URL(workers.D1_WORKER.asked[0]?.url ?? "").pathname).toBe("/dead-letters/a%2Fb%2F1");
  });

  const refusing = (status: number, code: string) => () =>
    Response.json({ error: { code, message: "because", hint: "do this" } }, { status });

  it.each([
    [
      "its no to a statement",
      refusing(400, "not_a_reading_statement"),
      400,
      { code: "not_a_reading_statement", message: "because", hint: "do this" },
    ],
    ["its own failure", refusing(503, "no_such_table"), 503, { code: "no_such_table", hint: "do this" }],
    // 401 would read as "your operator key is wrong".
    [
      "its no to our internal key",
      refusing(401, "internal_key_mismatch"),
      502,
      { code: "internal_key_mismatch", hint: "do this" },
    ],
    ["an answer of another shape", () => ({ rows: "none" }), 502, { code: "database_unreachable" }],
    ["no JSON at all", () => new Response("gone", { status: 503 }), 502, { code: "database_unreachable" }],
  ])("is told when it is %s", async (_, answers, status, error) => {
    const { call } = mesh({ "/query": answers });
    const response = await call("POST", "/ops/db/query", { sql: "SELECT 1" });

    expect([response.status, await response.json()]).toMatchObject([status, { error }]);
  });
});

describe("GET /ops/queues and /ops/lanes", () => {
  it("say what they could not read", async () => {
    const { answerTo, queue, ledgerOf } = mesh();
    queue("RECORDS_QUEUE").trouble = "silent";
    ledgerOf("alt:binance").trouble = new Error("reset");
    ledgerOf("main:paper").signals.push(signalWith([]));

    expect((await answerTo("queues")).problems).toEqual([expect.stringContaining("records")]);
    expect(await answerTo("lanes")).toMatchObject({
      lanes: [{ lane: "main:paper:BTCUSDT" }],
      problems: [expect.stringContaining("alt:binance")],
    });
  });
});

describe("GET /ops/orders", () => {
  const storedOrder = {
    request_id: "1f0e9c8a-6a53-4c0b-9f7e-2b1d3c4e5f60",
    created_at: "2026-11-02T00:00:00.000Z",
    strategy: "trend",
    account: "main",
    venue: "paper",
    symbol: "ETHUSDT",
    lane: "main:paper:ETHUSDT",
    seq: 1,
    action: "buy",
    quantity: "1",
    order_type: "market",
    price: null,
    outcome: "filled",
    code: null,
    reason: "",
    filled_quantity: "1",
    average_price: "3000",
    settled_at: null,
    first_request_id: null,
    orders: [],
    fills: [],
  };
  const database = { "/orders": () => ({ orders: [storedOrder] }) };

  it("are those of the database and those that no ledger has ended, in order of time", async () => {
    const { answerTo, ledgerOf } = mesh(database);
    ledgerOf("main:paper").signals.push({ ...signalWith([["a-e", "in_doubt"]]), state: "in_doubt", strategy: "trend" });
    const { orders, problems } = await answerTo("orders");

    expect(orders).toMatchObject([
      { request_id: requestId, symbol: "BTCUSDT", strategy: "trend", outcome: null, state: "in_doubt" },
      { outcome: "filled" },
    ]);
    expect(problems).toBeUndefined();
  });

  it("are stored ones once, though a ledger still watches them", async () => {
    const { answerTo, ledgerOf } = mesh(database);
    ledgerOf("main:paper").signals.push({ ...signalWith([]), requestId: storedOrder.request_id });

    expect((await answerTo("orders")).orders).toMatchObject([{ outcome: "filled" }]);
  });

  it.each([
    ["symbol=BTCUSDT", 2],
    ["strategy=trend", 1],
    ["since=2026-11-01T12:00:00.000Z", 1],
    ["outcome=open", 2],
    ["outcome=filled", 1],
    ["limit=1", 1],
  ])("pass %s on, and hold what the ledgers know to it", async (query, count) => {
    const { answerTo, ledgerOf, workers } = mesh(database);
    ledgerOf("main:paper").signals.push(signalWith([]));

    expect((await answerTo("orders", `/ops/orders?${query}`)).orders).toHaveLength(count);
    expect(workers.D1_WORKER.asked[0]?.url).toContain(query.replaceAll(":", "%3A"));
  });

  it("name a ledger that could not be asked", async () => {
    const { answerTo, ledgerOf } = mesh(database);
    ledgerOf("main:paper").trouble = "silent";

    expect((await answerTo("orders")).problems).toEqual([expect.stringContaining("main:paper")]);
  });
});

describe("GET /ops/positions", () => {
  it("are what every ledger holds, by account and venue", async () => {
    const { answerTo, ledgerOf } = mesh();
    const openedAt = new Date("2026-11-01T00:00:00.000Z");
    const held = { symbol: "BTCUSDT", quantity: "-1", averagePrice: "65000", realisedProfit: "3", fees: "1", openedAt };
    ledgerOf("alt:binance").positions.push(held);

    expect(await answerTo("positions")).toEqual({
      positions: [{ ledger: "alt:binance", account: "alt", venue: "binance", ...held }],
      ledgers: ["alt:binance", "main:paper"],
    });
  });

  it("name a ledger that could not be asked", async () => {
    const { answerTo, ledgerOf } = mesh();
    ledgerOf("main:paper").trouble = new Error("reset");

    expect(await answerTo("positions")).toEqual({
      positions: [],
      ledgers: ["alt:binance", "main:paper"],
      problems: ["ledger main:paper: reset"],
    });
  });
});

describe("GET /ops/positions?entries=open", () => {
  const leg = { leg: "e", role: "entry", clientOrderId: "a-e", filledQuantity: "0" } as const;
  const order = {
    clientOrderId: "a-e",
    symbol: "ETHUSDT",
    side: "buy",
    type: "limit",
    quantity: "1",
    price: "2000",
    reduceOnly: false,
  } as const;

  it("are named beside what is open: those that rest, and those that may", async () => {
    const { answerTo, ledgerOf } = mesh();
    ledgerOf("main:paper").workingOrders.push(
      { ...leg, status: "done", orderStatus: "working", requestId, order },
      { ...leg, leg: "s1", role: "stop", status: "done", orderStatus: "working", requestId, order },
    );
    ledgerOf("main:paper").signals.push(signalWith([["a-e", "in_doubt"]]));

    expect((await answerTo("positions", "/ops/positions?entries=open")).entries).toEqual([
      { ledger: "main:paper", symbol: "ETHUSDT", requestId, state: "resting", order },
      { ledger: "main:paper", symbol: "BTCUSDT", requestId, state: "in_doubt" },
    ]);
    expect((await answerTo("positions")).entries).toBeUndefined();
  });
});

describe("POST /ops/positions/close", () => {
  const path = "/ops/positions/close";
  const body = { ledger: "alt:binance", symbol: "BTCUSDT", key: "close-all 1", reason: "the exchange is odd" };

  it("has the ledger accept a close that is of no strategy, hints it, and leaves an audit row", async () => {
    const { answerTo, ledgerOf, queue, records } = mesh();

    expect(await answerTo("closePosition", path, body)).toEqual({ status: "accepted", requestId });
    expect(ledgerOf("alt:binance").accepted).toMatchObject([
      {
        ledger: "alt:binance",
        signal: {
          requestId,
          strategy: "operator",
          account: "alt",
          venue: "binance",
          symbol: "BTCUSDT",
          action: "close",
          orderType: "market",
        },
        alertKey: { value: "operator/close-all 1", source: "explicit" },
      },
    ]);
    expect(
      queue("TRADE_SIGNALS_QUEUE").sent.map((wire) => decode(registry["trade-signals"].contracts, wire)),
    ).toMatchObject([{ type: "signal.hinted", requestId, data: { ledger: "alt:binance", purpose: "execute" } }]);
    expect(records()).toMatchObject([
      { data: { actor: "operator", action: "position.close", target: "alt:binance BTCUSDT", reason: body.reason } },
    ]);
  });

  it("closes once by its key, whoever asks again", async () => {
    const { call, ledgerOf, records } = mesh();
    await call("POST", path, body);
    const again = await call("POST", path, body, { "X-Request-Id": "1f0e9c8a-6a53-4c0b-9f7e-2b1d3c4e5f60" });
    const other = await call(
      "POST",
      path,
      { ...body, symbol: "ETHUSDT" },
      {
        "X-Request-Id": "1f0e9c8a-6a53-4c0b-9f7e-2b1d3c4e5f60",
      },
    );

    expect(await again.json()).toEqual({ status: "duplicate", requestId });
    expect(other.status).toBe(409);
    expect(ledgerOf("alt:binance").accepted).toHaveLength(1);
    expect(records()).toHaveLength(1);
  });

  it("asks a ledger once more that did not answer", async () => {
    const { answerTo, ledgerOf } = mesh();
    ledgerOf("alt:binance").failNextAccepts = 1;

    expect(await answerTo("closePosition", path, body)).toMatchObject({ status: "accepted" });
    expect(ledgerOf("alt:binance").accepted).toHaveLength(1);
  });

  it("says that nobody knows when it answers neither time", async () => {
    const { call, ledgerOf } = mesh();
    ledgerOf("alt:binance").trouble = new Error("reset");
    const response = await call("POST", path, body);

    expect([response.status, await response.json()]).toMatchObject([
      503,
      { error: { code: "ledger_unreachable", hint: expect.stringContaining("the same key") } },
    ]);
  });

  it("brings no ledger to life that there is not", async () => {
    const { call } = mesh();
    const response = await call("POST", path, { ...body, ledger: "main:binance" });

    expect([response.status, await response.json()]).toMatchObject([
      404,
      { error: { message: "there is no ledger main:binance", hint: "there are: alt:binance, main:paper" } },
    ]);
  });
});

describe("POST /ops/positions/reconcile", () => {
  const path = "/ops/positions/reconcile";
  const symbol = "BTCUSDT.P";
  const long = { symbol, quantity: "0.04", averagePrice: "65000", realisedProfit: "0", fees: "1", rev: 3 };
  const look = `/ops/positions/difference?ledger=alt:binance&symbol=${symbol}`;
  const word = { ledger: "alt:binance", symbol, here: "0.04", held: "0", price: "61000", reason: "liquidated" };
  /** A mesh whose ledger has this, at an exchange that answers so. */
  function at(holdings: object[], ...positions: (typeof long)[]) {
    const all = mesh();
    all.workers.TRADE_WORKER.answers["/holdings"] = () => ({ holdings });
    all.ledgerOf("alt:binance").positions.push(...(positions.length === 0 ? [long] : positions));
    return all;
  }

  it("asks both, has the ledger book the difference of what was shown, and leaves an audit row", async () => {
    const { answerTo, ledgerOf, records } = at([{ symbol, quantity: "0" }]);
    expect(await answerTo("positionDifference", look)).toEqual({
      ledger: "alt:binance",
      symbol,
      here: "0.04",
      averagePrice: "65000",
      there: "0",
      held: "0",
      books: { side: "sell", quantity: "0.04" },
      agrees: false,
    });

    expect(await answerTo("reconcilePosition", path, word)).toMatchObject({ position: { quantity: "0" } });
    expect(ledgerOf("alt:binance").reconciled).toEqual([
      {
        v: 1,
        requestId,
        symbol,
        held: "0",
        shown: [{ symbol, quantity: "0.04", rev: 3 }],
        resting: [],
        price: "61000",
        reason: "liquidated",
        by: "operator",
      },
    ]);
    expect(records()).toMatchObject([
      { data: { actor: "operator", action: "position.reconcile", reason: "liquidated" } },
    ]);
  });

  it.each([
    ["has more", "0.06", /sell 0\.02 by hand/],
    ["was turned around", "-0.02", /turned around/],
  ])("books nothing where the exchange %s, and says what to do", async (_, quantity, why) => {
    const { call, ledgerOf } = at([{ symbol, quantity }]);
    const response = await call("POST", path, { ...word, held: quantity });

    expect([response.status, await response.json()]).toMatchObject([
      409,
      { error: { code: "not_reconciled", message: expect.stringMatching(why) } },
    ]);
    expect(ledgerOf("alt:binance").reconciled).toEqual([]);
  });

  it.each([
    ["the exchange", [{ symbol, quantity: "0.01" }], word],
    ["the ledger", [{ symbol, quantity: "0" }], { ...word, here: "0.05" }],
  ])("books nothing when %s has something else by now than was shown", async (_, holdings, said) => {
    const { call, ledgerOf } = at(holdings);
    const response = await call("POST", path, said);

    expect([response.status, await response.json()]).toMatchObject([409, { error: { code: "position_changed" } }]);
    expect(ledgerOf("alt:binance").reconciled).toEqual([]);
  });

  it.each([
    ["says nothing of it", []],
    ["has a problem", [{ symbol, problem: "HTTP 451" }]],
  ])("takes an exchange that %s for no position of nothing", async (_, holdings) => {
    const { call, ledgerOf } = at(holdings);
    const response = await call("POST", path, word);

    expect([response.status, await response.json()]).toMatchObject([503, { error: { code: "exchange_unreachable" } }]);
    expect(ledgerOf("alt:binance").reconciled).toEqual([]);
  });

  it("books nothing when trade-worker or the ledger is away, or the ledger refuses", async () => {
    const away = at([]);
    away.workers.TRADE_WORKER.trouble = new Error("reset");
    expect((await away.call("POST", path, word)).status).toBe(503);
    const silent = at([{ symbol, quantity: "0" }]);
    silent.ledgerOf("alt:binance").trouble = new Error("reset");
    expect((await silent.call("POST", path, word)).status).toBe(503);

    const refusing = at([{ symbol, quantity: "0" }]);
    refusing.ledgerOf("alt:binance").refusal = "An order of it is in doubt.";
    const response = await refusing.call("POST", path, word);
    expect([response.status, await response.json()]).toMatchObject([
      409,
      { error: { message: "An order of it is in doubt." } },
    ]);
    expect(refusing.records()).toEqual([]);
  });

  const stop = {
    leg: "s1",
    role: "stop",
    status: "done",
    clientOrderId: "a-s1",
    filledQuantity: "0",
    requestId,
    order: {
      clientOrderId: "a-s1",
      symbol,
      side: "sell",
      type: "stop",
      quantity: "0.04",
      triggerPrice: "62000",
      reduceOnly: true,
    },
  } as const;

  it("asks about its stops, and names to the ledger those that rest there", async () => {
    const { answerTo, ledgerOf, workers } = at([{ symbol, quantity: "0" }]);
    ledgerOf("alt:binance").workingOrders.push(stop, { ...stop, order: { ...stop.order, symbol: "ETHUSDT.P" } });
    workers.TRADE_WORKER.answers["/orders"] = () => ({
      orders: [{ clientOrderId: "a-s1", status: "working", filledQuantity: "0" }],
    });
    await answerTo("reconcilePosition", path, word);

    expect(ledgerOf("alt:binance").reconciled).toMatchObject([{ resting: ["a-s1"] }]);
  });

  it.each([
    ["has filled", [{ clientOrderId: "a-s1", status: "filled", filledQuantity: "0.04" }], /is filled there/],
    ["has filled in part", [{ clientOrderId: "a-s1", status: "working", filledQuantity: "0.01" }], /look again/],
    ["is not found", [{ clientOrderId: "a-s1", problem: "it knows no such order" }], /is not known/],
    ["is not answered about", [], /is not known/],
  ])("books nothing while a stop of it %s: the ledger hears of that by itself", async (_, orders, why) => {
    const { answerTo, call, ledgerOf, workers } = at([{ symbol, quantity: "0" }]);
    ledgerOf("alt:binance").workingOrders.push(stop);
    workers.TRADE_WORKER.answers["/orders"] = () => ({ orders });

    const shown = await answerTo("positionDifference", look);
    expect(shown).toMatchObject({ agrees: false, why: expect.stringMatching(why) });
    expect(shown).not.toHaveProperty("books");
    expect((await call("POST", path, word)).status).toBe(409);
    expect(ledgerOf("alt:binance").reconciled).toEqual([]);
  });

  it("leaves to other pairs of a spot coin what is theirs", async () => {
    const spot = { ...long, symbol: "BTCUSDT", quantity: "1" };
    const other = { ...spot, symbol: "BTCUSDC", quantity: "0.9995", rev: 5 };
    const there = { quantity: "1.2", asset: "BTC", quantityStep: "0.001" };
    const { answerTo, ledgerOf } = at(
      [
        { symbol: "BTCUSDT", ...there },
        { symbol: "BTCUSDC", ...there },
      ],
      spot,
      other,
    );
    const asked = "/ops/positions/difference?ledger=alt:binance&symbol=BTCUSDT";
    expect(await answerTo("positionDifference", asked)).toMatchObject({
      there: "1.2",
      held: "0.201",
      books: { side: "sell", quantity: "0.799" },
    });
    await answerTo("reconcilePosition", path, { ...word, symbol: "BTCUSDT", here: "1", held: "0.201" });

    expect(ledgerOf("alt:binance").reconciled).toMatchObject([
      { held: "0.201", shown: [{ symbol: "BTCUSDT" }, { symbol: "BTCUSDC", quantity: "0.9995", rev: 5 }] },
    ]);
  });

  it("needs of other spot pairs no word but of those that may share the coin", async () => {
    const spot = { ...long, symbol: "BTCUSDT", quantity: "1" };
    const names = Array.from({ length: 60 }, (_, index) => `C${index}USDT`);
    const { answerTo, call, ledgerOf } = at(
      [
        { symbol: "BTCUSDT", quantity: "0", asset: "BTC", quantityStep: "0.001" },
        ...[...names, "BTCUSDC"].map((name) => ({ symbol: name, problem: "reset" })),
      ],
      spot,
      ...names.map((name) => ({ ...spot, symbol: name })),
    );
    const asked = "/ops/positions/difference?ledger=alt:binance&symbol=BTCUSDT";
    expect(await answerTo("positionDifference", asked)).toMatchObject({ books: { side: "sell", quantity: "1" } });

    ledgerOf("alt:binance").positions.push({ ...spot, symbol: "BTCUSDC" });
    const response = await call("GET", asked);
    expect([response.status, await response.json()]).toMatchObject([
      503,
      { error: { code: "exchange_unreachable", message: expect.stringContaining("BTCUSDC: reset") } },
    ]);
  });

  it("says of a symbol that the exchange does not have that asking again does not help", async () => {
    const problem = "Binance does not trade BTCUSDT in this market";
    const { call } = at([{ symbol: "BTCUSDT", problem, isForGood: true }], { ...long, symbol: "BTCUSDT" });
    const response = await call("GET", "/ops/positions/difference?ledger=alt:binance&symbol=BTCUSDT");

    expect([response.status, await response.json()]).toMatchObject([
      404,
      { error: { code: "symbol_not_there", message: expect.stringContaining(problem) } },
    ]);
  });

  it.each([
    ["more than the ledger knows of", "0.04", "3"],
    ["what the ledger does not have", "0", "3"],
    ["all that an order could sell", "0.0409", "0.0402"],
  ])("finds nothing to do where a spot account holds %s", async (_, here, quantity) => {
    const there = { symbol: "BTCUSDT", quantity, asset: "BTC", quantityStep: "0.001" };
    const { answerTo } = at([there], { ...long, symbol: "BTCUSDT", quantity: here });
    const asked = "/ops/positions/difference?ledger=alt:binance&symbol=BTCUSDT";

    const answer = await answerTo("positionDifference", asked);
    expect(answer).toMatchObject({ agrees: true });
    expect(answer).not.toHaveProperty("books");
  });

  it("brings no ledger to life that there is not", async () => {
    const { call } = at([{ symbol, quantity: "0" }]);

    expect((await call("POST", path, { ...word, ledger: "main:binance" })).status).toBe(404);
  });
});

describe("GET /ops/positions?beside=venue", () => {
  const held = { symbol: "BTCUSDT.P", quantity: "1", realisedProfit: "0", fees: "0" };
  const shown = { ledger: "alt:binance", account: "alt", venue: "binance", ...held };

  it("are shown with what the exchange holds, and whether that is something else", async () => {
    const { answerTo, ledgerOf, workers } = mesh();
    ledgerOf("alt:binance").positions.push(held);
    workers.TRADE_WORKER.answers["/holdings"] = () => ({ holdings: [{ symbol: "BTCUSDT.P", quantity: "0.4" }] });

    expect((await answerTo("positions", "/ops/positions?beside=venue")).positions).toEqual([
      { ...shown, atVenue: { quantity: "0.4" }, differs: true },
    ]);
  });

  it("say why an exchange is not known, which is no difference", async () => {
    const { answerTo, ledgerOf, workers } = mesh();
    ledgerOf("alt:binance").positions.push(held);
    workers.TRADE_WORKER.trouble = new Error("reset");

    const { positions, problems } = await answerTo("positions", "/ops/positions?beside=venue");
    expect(positions).toEqual([{ ...shown, atVenue: { problem: expect.stringContaining("trade-worker") } }]);
    expect(problems).toEqual([
      expect.stringMatching(/^exchange of alt:binance: trade-worker/),
      expect.stringMatching(/^exchange of main:paper: trade-worker/),
    ]);
  });

  const strange = { symbol: "SOLUSDT.P", quantity: "-7", averagePrice: "150" };
  const listed = () => ({ holdings: [{ symbol: "BTCUSDT.P", quantity: "1" }], others: [strange] });

  it("show what only the exchange knows of, also of a ledger that knows nothing", async () => {
    const { answerTo, ledgerOf, workers } = mesh();
    ledgerOf("alt:binance").positions.push(held);
    workers.TRADE_WORKER.answers["/holdings"] = listed;
    const unknown = {
      symbol: "SOLUSDT.P",
      quantity: "0",
      realisedProfit: "0",
      fees: "0",
      atVenue: { quantity: "-7", averagePrice: "150" },
      differs: true,
      onlyThere: true,
    };

    expect(await answerTo("positions", "/ops/positions?beside=venue")).toEqual({
      positions: [
        { ...shown, atVenue: { quantity: "1" }, differs: false },
        { ledger: "alt:binance", account: "alt", venue: "binance", ...unknown },
        { ledger: "main:paper", account: "main", venue: "paper", ...unknown },
      ],
      ledgers: ["alt:binance", "main:paper"],
    });
  });

  it("take nothing for unknown of a ledger that does not answer", async () => {
    const { answerTo, ledgerOf, workers } = mesh();
    ledgerOf("main:paper").trouble = new Error("reset");
    workers.TRADE_WORKER.answers["/holdings"] = listed;

    const { positions, problems } = await answerTo("positions", "/ops/positions?beside=venue");
    expect(positions.map(({ ledger }) => ledger)).toEqual(["alt:binance"]);
    expect(problems).toEqual(["ledger main:paper: reset"]);
  });

  it("hold what the ledger has ever traded beside what a list says of it, however many there are", async () => {
    const { answerTo, ledgerOf, workers } = mesh();
    const flat = Array.from({ length: 60 }, (_, index) => ({ ...held, symbol: `C${index}USDT.P`, quantity: "0" }));
    ledgerOf("alt:binance").positions.push(...flat);
    workers.TRADE_WORKER.answers["/holdings"] = () => ({
      holdings: [],
      others: [{ symbol: "C59USDT.P", quantity: "2" }],
    });

    const { positions } = await answerTo("positions", "/ops/positions?beside=venue");
    const atAlt = positions.filter(({ ledger }) => ledger === "alt:binance");
    expect(atAlt.filter(({ differs }) => differs === true)).toMatchObject([{ symbol: "C59USDT.P", quantity: "0" }]);
    expect(atAlt.find(({ symbol }) => symbol === "C59USDT.P")).not.toHaveProperty("onlyThere");
    expect(atAlt.filter(({ differs }) => differs === false)).toHaveLength(59);
  });
});

describe("POST /ops/lanes/resolve", () => {
  const word = { requestId, outcome: "filled", quantity: "0.5", price: "65000", reason: "the venue's screen says so" };
  function inDoubt() {
    const all = mesh();
    all.ledgerOf("main:paper").signals.push(signalWith([["a-e", "in_doubt"]]));
    return all;
  }

  it("tells the ledger that has the signal, whichever it is", async () => {
    const { answerTo, ledgerOf } = inDoubt();
    const reply = await answerTo("resolveLane", undefined, word);

    expect(reply).toMatchObject({ ledger: "main:paper", signal: { requestId, outcome: "filled" } });
    expect(ledgerOf("main:paper").resolved).toEqual([{ v: 1, ...word, by: "operator" }]);
    expect(ledgerOf("alt:binance").resolved).toEqual([]);
  });

  it("is written down under the signal's id, with who and why", async () => {
    const { call, records, written } = inDoubt();
    await call("POST", "/ops/lanes/resolve", word, { "X-Request-Id": "3f2504e0-4f89-41d3-9a0c-0305e82c3301" });

    expect(records()).toMatchObject([
      {
        id: expect.stringContaining("3f2504e0"),
        requestId,
        data: { actor: "operator", action: "lane.resolve", reason: word.reason },
      },
    ]);
    expect(records()[0]?.data).toMatchObject({ target: `main:paper ${requestId} filled` });
    expect(written).toContainEqual(expect.objectContaining({ event: "lane.resolved", requestId }));
  });

  it("is 409 in the ledger's own words when it refuses, and nothing is written down", async () => {
    const { call, ledgerOf, records } = inDoubt();
    ledgerOf("main:paper").refusal = "None of its orders is in doubt.";
    const response = await call("POST", "/ops/lanes/resolve", word);

    expect([response.status, await response.json()]).toMatchObject([
      409,
      { error: { message: "None of its orders is in doubt." } },
    ]);
    expect(records()).toEqual([]);
  });

  it.each([
    ["no ledger has it", {}],
    ["the named ledger has it not", { ledger: "alt:binance" }],
    ["nobody registered the named ledger", { ledger: "ghost:paper" }],
  ])("is 404 when %s", async (_, named) => {
    const { call } = "ledger" in named ? inDoubt() : mesh();

    expect((await call("POST", "/ops/lanes/resolve", { ...word, ...named })).status).toBe(404);
  });

  it("is no 404 while a ledger that may have it is down", async () => {
    const { call, ledgerOf } = mesh();
    ledgerOf("alt:binance").trouble = "silent";
    const response = await call("POST", "/ops/lanes/resolve", word);

    expect([response.status, await response.json()]).toMatchObject([
      503,
      { error: { message: expect.stringContaining("alt:binance") } },
    ]);
  });

  it("says how to find out when the ledger does not confirm", async () => {
    const { call, ledgerOf } = inDoubt();
    ledgerOf("main:paper").resolveTrouble = "silent";
    const response = await call("POST", "/ops/lanes/resolve", word);

    expect([response.status, await response.json()]).toMatchObject([
      503,
      { error: { hint: expect.stringContaining(`trace ${requestId}`) } },
    ]);
  });

  it("is done though its audit row cannot be queued, which is noted", async () => {
    const { answerTo, queue } = inDoubt();
    queue("RECORDS_QUEUE").failNext = 2;

    expect((await answerTo("resolveLane", undefined, word)).note).toMatch(/audit row/);
  });
});

describe("the kill switch", () => {
  it("shows which source says stop, and what is in flight", async () => {
    const { answerTo, kv, ledgerOf } = mesh();
    kv.values.set("trade:kill_switch", '"true"');
    ledgerOf("main:paper").signals.push(
      signalWith([
        ["a-e", "sending"],
        ["a-s1", "planned"],
        ["a-x", "in_doubt"],
      ]),
    );
    const shown = await answerTo("killSwitch");

    expect(shown).toMatchObject({ state: { mode: "off" }, effective: "all", cancelling: 0 });
    expect(shown.kv).toEqual([
      { key: "trade:kill_switch", mode: "all" },
      { key: "global:kill_switch", mode: "off" },
    ]);
    expect(shown.inFlight.map((each) => each.clientOrderId)).toEqual(["a-e", "a-x"]);
  });

  it("that cannot be read says so beside the mode it counts as", async () => {
    const { answerTo, killSwitch } = mesh();
    expect((await answerTo("killSwitch")).unread).toBeUndefined();
    killSwitch.trouble = new Error("reset");

    expect(await answerTo("killSwitch")).toMatchObject({
      effective: "entries",
      unread: [expect.stringContaining("reset")],
    });
  });

  it("is set, written down and told to the trader", async () => {
    const { answerTo, killSwitch, records, notifications } = mesh();
    const reply = await answerTo("setKillSwitch", undefined, { mode: "entries", reason: "news" });

    expect(reply).toMatchObject({ state: { mode: "entries", reason: "news", by: "operator" }, effective: "entries" });
    expect(reply.note).toBeUndefined();
    expect(killSwitch.state.mode).toBe("entries");
    expect(records()).toMatchObject([
      {
        requestId,
        type: "audit.recorded",
        data: { actor: "operator", action: "kill-switch.on", target: "entries", reason: "news" },
      },
    ]);
    expect(notifications()).toMatchObject([
      { requestId, data: { severity: "critical", title: expect.stringContaining("entries are stopped") } },
    ]);
  });

  it("cancels resting entries when it is asked to", async () => {
    const { answerTo, ledgerOf } = mesh();
    ledgerOf("main:paper").restingEntries = 2;
    ledgerOf("alt:binance").restingEntries = 1;

    expect(
      (await answerTo("setKillSwitch", undefined, { mode: "all", reason: "news", cancelEntries: true })).cancelling,
    ).toBe(3);
    expect((await answerTo("setKillSwitch", undefined, { mode: "all", reason: "news" })).cancelling).toBe(0);
  });

  it("is set though ledgers and queues fail, which is noted", async () => {
    const { answerTo, killSwitch, ledgerOf, queue, written } = mesh();
    ledgerOf("main:paper").trouble = "silent";
    queue("RECORDS_QUEUE").failNext = 2;
    queue("NOTIFICATIONS_QUEUE").failNext = 2;
    const reply = await answerTo("setKillSwitch", undefined, { mode: "all", reason: "news" });

    expect(killSwitch.state.mode).toBe("all");
    expect(reply.note).toMatch(/main:paper[^]*audit row[^]*notification/);
    expect(written.filter((line) => line.event === "kill-switch.unannounced")).toHaveLength(2);
  });

  it("is set at the second try when the object was reset", async () => {
    const { answerTo, killSwitch } = mesh();
    killSwitch.failNext = 1;

    expect((await answerTo("setKillSwitch", undefined, { mode: "all", reason: "news" })).effective).toBe("all");
  });

  it("that cannot be set is a failure that says how to stop anyway", async () => {
    const { call, killSwitch, records } = mesh();
    killSwitch.trouble = "silent";
    const response = await call("PUT", "/ops/kill-switch", { mode: "all", reason: "news" });

    expect([response.status, await response.json()]).toMatchObject([
      503,
      { error: { hint: expect.stringContaining("trade:kill_switch") } },
    ]);
    expect(records()).toEqual([]);
  });

  it("clears the KV keys when it goes off, and says how long KV may linger", async () => {
    const { answerTo, kv, records } = mesh();
    kv.values.set("trade:kill_switch", "true").set("global:kill_switch", "entries");
    const reply = await answerTo("setKillSwitch", undefined, { mode: "off", reason: "calm" });

    expect([...kv.values]).toEqual([]);
    expect(reply).toMatchObject({ effective: "off", note: expect.stringContaining("60 s") });
    expect(records()).toMatchObject([{ data: { action: "kill-switch.off" } }]);
  });

  it("that somebody set again meanwhile stays: whoever resumes ends the stop that they saw", async () => {
    const { call, killSwitch, kv, records } = mesh();
    kv.values.set("trade:kill_switch", "all");
    killSwitch.state = { mode: "entries", reason: "news", by: "operator", changedAt: new Date("2026-11-01T00:00:00Z") };
    const seen = killSwitch.state.changedAt;
    killSwitch.state = {
      mode: "all",
      reason: "runaway",
      by: "telegram:1",
      changedAt: new Date("2026-11-01T00:01:00Z"),
    };
    const response = await call("PUT", "/ops/kill-switch", { mode: "off", reason: "calm", ifChangedAt: seen });

    expect([response.status, await response.json()]).toMatchObject([
      409,
      {
        error: {
          code: "kill_switch_changed",
          message: "telegram:1 has set the kill switch to all meanwhile (runaway), and that stays",
          hint: expect.stringContaining("npx hoox kill-switch show"),
        },
      },
    ]);
    expect(killSwitch.state.mode).toBe("all");
    expect([...kv.values]).toEqual([["trade:kill_switch", "all"]]);
    expect(records()).toEqual([]);
  });

  it("that is off but whose KV keys cannot be cleared says so", async () => {
    const { answerTo, kv } = mesh();
    kv.trouble = new Error("KV down");
    const reply = await answerTo("setKillSwitch", undefined, { mode: "off", reason: "calm" });

    expect(reply).toMatchObject({
      effective: "entries",
      note: expect.stringMatching(/trade:kill_switch could not be cleared[^]*KV down/),
    });
  });
});
