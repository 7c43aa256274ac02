import { beforeEach, describe, expect, it } from "vitest";
import { health } from "#contracts/health";
import { databaseRoutes } from "#contracts/routes/database";
import type { Route } from "#contracts/routes/route";
import { lineIdFrom } from "#contracts/log";
import { d1Failures, FakeD1 } from "../../../../tooling/fakes/d1.ts";
import { call as callOver } from "../testing/call.ts";
import { INTERNAL_KEY, testDeps, type TestDeps } from "../testing/deps.ts";
import { arrivedLetter, logBatchOf, record } from "../testing/samples.ts";
import { answerHttp } from "./http.ts";
import { storeLetters } from "./letter-parked.ts";
import { storeLogs } from "./log-batch.ts";
import { storeRecords } from "./records.ts";

const requestId = "9b1deb4d-3b7d-4bad-9bdd-2b0d7b3dcb6d";
const copyId = "1f0e2d3c-4b5a-4978-8695-a4b3c2d1e0f9";
let d1: FakeD1;
let deps: TestDeps;

beforeEach(() => {
  d1 = FakeD1.migrated();
  deps = testDeps({ d1, queues: {} });
});

const call = <R extends Route>(route: R, asked: Parameters<typeof callOver>[1] = {}) => callOver(route, asked, deps);

describe("a trace", () => {
  it("holds all that is known of a request, its dropped copies included", async () => {
    await storeRecords([record("signal.settled"), record("order.updated"), record("notification.sent")], deps);
    await storeRecords([record("signal.duplicated", { requestId: copyId, data: { firstRequestId: requestId } })], deps);
    await storeLetters([arrivedLetter({ originQueue: "notifications" })], deps);
    await storeLogs([logBatchOf({ id: "b", createdAt: "2026-11-01T09:30:00.200Z" }, { id: "a" })], deps);
    const trace = await call(databaseRoutes.trace, { params: { requestId } });

    expect(trace).toMatchObject({
      requestId,
      signal: { outcome: "filled" },
      duplicates: [{ request_id: copyId, outcome: "duplicate" }],
      orders: [{ status: "filled" }],
      fills: [{ quantity: "0.01" }],
      notifications: [{ request_id: requestId }],
      deadLetters: [{ status: "open" }],
      logs: [{ id: "a", fields: { seq: 7 } }, { id: "b" }],
    });
    expect(d1.calls).toBeLessThanOrEqual(6);
  });

  it("of an unknown request is empty", async () => {
    expect(await call(databaseRoutes.trace, { params: { requestId: copyId } })).toEqual({
      requestId: copyId,
      duplicates: [],
      orders: [],
      fills: [],
      notifications: [],
      deadLetters: [],
      logs: [],
    });
  });
});

describe("dead letters", () => {
  beforeEach(async () => {
    const at = (hour: number): Date => new Date(`2026-11-01T0${hour}:00:00.000Z`);
    await storeLetters(
      [
        arrivedLetter({
          messageId: "a/b c/1",
          originQueue: "notifications",
          parkedAt: at(1),
          body: { json: { x: 1 } },
        }),
        arrivedLetter({ messageId: "m/2", originQueue: "system-logs", parkedAt: at(2), class: "permanent" }),
        arrivedLetter({ messageId: "m/3", originQueue: "system-logs", parkedAt: at(3) }),
      ],
      deps,
    );
    d1.sqlite.exec("UPDATE dead_letters SET status = 'discarded' WHERE id = 'm/3'");
  });

  it.each([
    [{}, ["m/3", "m/2", "a/b c/1"]],
    [{ status: "open" }, ["m/2", "a/b c/1"]],
    [{ queue: "system-logs", class: "permanent" }, ["m/2"]],
    [{ limit: "1" }, ["m/3"]],
  ])("with %j are listed latest first, with the number of open ones", async (query, wanted) => {
    const { deadLetters, open } = await call(databaseRoutes.deadLetters, { query });

    expect({ ids: deadLetters.map((each) => each.id), open }).toEqual({ ids: wanted, open: 2 });
  });

  it("are found by an id that holds slashes and spaces", async () => {
    const { deadLetter, body } = await call(databaseRoutes.deadLetter, { params: { id: "a/b c/1" } });

    expect({ id: deadLetter.id, body }).toEqual({ id: "a/b c/1", body: { json: { x: 1 } } });
  });

  it("that do not exist are a 404 with a hint", async () => {
    await expect(call(databaseRoutes.deadLetter, { params: { id: "none" } })).rejects.toMatchObject({
      status: 404,
      code: "dead_letter_unknown",
      hint: "run: npx hoox dlq list",
    });
  });
});

describe("the summary", () => {
  it("counts today's signals, refusals and open letters, loud and silent", async () => {
    await storeRecords(
      [
        record("signal.settled"),
        record("signal.settled", { requestId: copyId, data: { acceptedAt: new Date("2026-10-31T23:59:59.999Z") } }),
        record("signal.refused", { requestId: "6c84fb90-12c4-41e1-840d-725140b45b2f" }),
        record("signal.duplicated", { requestId: "16fd2706-8baf-433b-82eb-8c7fada847da" }),
        record("order.updated"),
      ],
      deps,
    );
    await storeLetters([arrivedLetter({ messageId: "m/1", originQueue: "system-logs" })], deps);

    expect(await call(databaseRoutes.summary)).toMatchObject({
      signalsToday: 1,
      refusalsToday: 1,
      deadLettersOpen: 0,
      deadLettersSilent: 1,
      lastFill: { price: "65000.5" },
      lastAlertAt: expect.stringMatching(/^2026-11-01T/),
    });
  });
});

describe("the acknowledgement", () => {
  const idAt = (time: string): string => lineIdFrom(new Date(`2026-11-01T${time}Z`));
  const line = (n: number, ms: unknown, change: object = {}) => ({
    id: `${idAt("09:30:00.000")}-${n}`,
    event: "alert.accepted",
    fields: { ms },
    ...change,
  });

  it("is the p50 and p99 of what the gateway logged in the last hour", async () => {
    const lines = Array.from({ length: 100 }, (_, n) => line(n, n + 1));
    const before = line(200, 9_000, { id: idAt("08:59:59.999") });
    const other = [line(300, 9_000, { event: "request.failed" }), line(400, undefined)];
    await storeLogs([logBatchOf(before, ...lines, ...other)], deps);

    expect((await call(databaseRoutes.summary)).acknowledgement).toEqual({ p50: 50, p99: 99, alerts: 100 });
  });

  it("is absent when no alert came", async () => {
    expect(await call(databaseRoutes.summary)).not.toHaveProperty("acknowledgement");
  });

  it("is read from a bounded number of lines, however many there are", async () => {
    d1.sqlite.exec(`WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 60000)
      INSERT INTO system_logs (id, created_at, worker, severity, event, message, fields)
      SELECT '${idAt("09:30:00.000")}' || i, '', 'hoox', 'info', 'alert.accepted', '', '{"ms":' || i || '}' FROM n`);

    expect((await call(databaseRoutes.summary)).acknowledgement).toMatchObject({ alerts: 20_000, p50: 50_000 });
  });
});

describe("a caller", () => {
  it("without the internal key is refused, and the log says who refused whom", async () => {
    await expect(call(databaseRoutes.summary, { key: "wrong" })).rejects.toMatchObject({
      status: 401,
      hint: /secrets check/,
    });

    expect(deps.console.join("\n")).toMatch(/d1-worker refused ops-worker/);
  });

  it("learns what is wrong with its query, body, method or path", async () => {
    const answer = async (method: string, path: string, body?: string): Promise<unknown> => {
      const headers = { "X-Internal-Auth-Key": INTERNAL_KEY };
      const response = await answerHttp(
        new Request(`https://internal${path}`, { method, headers, body: body ?? null }),
        deps,
      );
      const { error } = (await response.json()) as { error: { code: string } };
      return [response.status, error.code];
    };

    expect(await answer("GET", "/logs?limit=0")).toEqual([400, "invalid_query"]);
    expect(await answer("POST", "/query", "{")).toEqual([400, "invalid_body"]);
    expect(await answer("POST", "/query", "{}")).toEqual([400, "invalid_body"]);
    expect(await answer("POST", "/query", '{"sql":"DELETE FROM orders"}')).toEqual([400, "not_read_only"]);
    expect(await answer("DELETE", "/logs")).toEqual([405, "method_not_allowed"]);
    expect(await answer("GET", "/nowhere")).toEqual([404, "no_such_route"]);
    expect(await answer("GET", "/dead-letters/%E0%A4%A")).toEqual([400, "invalid_path"]);
  });

  it.each([
    [d1Failures.overloaded, 503, "database_unavailable", /overloaded/],
    ["D1_ERROR: no such table: signals: SQLITE_ERROR", 503, "schema_missing", /no such table: signals/],
    ["TypeError: secret inner workings", 500, "internal_error", /^(?!.*inner workings)/],
  ])("learns of %j, and gets the requestId back", async (text, status, code, message) => {
    d1.failNext(1, text);
    const headers = { "X-Internal-Auth-Key": INTERNAL_KEY, "X-Request-Id": requestId };
    const response = await answerHttp(new Request("https://internal/summary", { headers }), deps);

    expect(response.status).toBe(status);
    expect(await response.json()).toMatchObject({
      requestId,
      error: { code, message: expect.stringMatching(message) },
    });
    expect(deps.console.join("\n")).toContain(text);
  });
});

describe("health", () => {
  const ask = async () => health.parse(await (await answerHttp(new Request("https://internal/health"), deps)).json());

  it("is told to anyone, and is ok when the schema of this code is applied", async () => {
    expect(await ask()).toMatchObject({ worker: "d1-worker", status: "ok", version: "v1" });
  });

  it.each([
    ["DROP TABLE fills", /no such table: fills.*npx hoox db migrate/],
    ["ALTER TABLE orders DROP COLUMN reason", /no such column: .*reason.*npx hoox db migrate/],
  ])("names what is missing after %s", async (sql, detail) => {
    d1.sqlite.exec(sql);

    expect(await ask()).toMatchObject({
      status: "failing",
      dependencies: [{ name: "DB", detail: expect.stringMatching(detail) }],
    });
  });

  it("is failing while the database does not answer", async () => {
    d1.failNext(1, d1Failures.reset);

    expect((await ask()).status).toBe("failing");
  });
});
