import { beforeEach, describe, expect, it } from "vitest";
import { databaseRoutes } from "#contracts/routes/database";
import { FakeD1 } from "../../../../tooling/fakes/d1.ts";
import { lineIdFrom } from "#contracts/log";
import { storeLogs } from "../handlers/log-batch.ts";
import { testDeps, type TestDeps } from "../testing/deps.ts";
import { logBatchOf } from "../testing/samples.ts";
import { readLogs, selectLines } from "./logs.ts";

let d1: FakeD1;
let deps: TestDeps;

beforeEach(() => {
  d1 = FakeD1.migrated();
  deps = testDeps({ d1, queues: {} });
});

const write = (...lines: Parameters<typeof logBatchOf>) => storeLogs([logBatchOf(...lines)], deps);
const read = (query: Record<string, string> = {}) => readLogs(databaseRoutes.logs.query.parse(query), deps);
const idsOf = ({ logs }: Awaited<ReturnType<typeof read>>): string[] => logs.map((each) => each.id);

describe("logs", () => {
  it("without a cursor are the newest, in order of ingestion", async () => {
    await write({ id: "a" }, { id: "b" }, { id: "c" });
    const reply = await read({ limit: "2" });

    expect(idsOf(reply)).toEqual(["b", "c"]);
    expect(reply.next).toBe(3);
  });

  it("behind a cursor come page by page, and none twice", async () => {
    await write({ id: "a" }, { id: "b" }, { id: "c" });
    const first = await read({ after: "0", limit: "2" });
    const second = await read({ after: String(first.next), limit: "2" });

    expect([...idsOf(first), ...idsOf(second)]).toEqual(["a", "b", "c"]);
    expect(idsOf(await read({ after: String(second.next) }))).toEqual([]);
  });

  it.each([
    [{ level: "warn" }, ["warn", "error"]],
    [{ worker: "trade-worker" }, ["error"]],
    [{ worker: "d1-worker,trade-worker" }, ["error"]],
    [{ worker: "d1-worker,ops-worker" }, []],
    [{ grep: "NEEDLE" }, ["warn"]],
    [{ grep: "hidden" }, ["old"]],
    [{ requestId: "none" }, []],
    [{ since: "2026-11-01T09:00:00Z" }, ["warn", "error"]],
  ])("are those that %j asks for", async (query, wanted) => {
    const at = (time: string): string => lineIdFrom(new Date(`2026-11-01T${time}Z`));
    await write(
      { id: `${at("08:59:59.999")}-old`, severity: "info", fields: { hidden: 1 } },
      { id: `${at("09:00:00.000")}-warn`, severity: "warn", message: "a needle in hay" },
      { id: `${at("10:00:00.000")}-error`, severity: "error", worker: "trade-worker" },
    );

    expect(idsOf(await read(query)).map((id) => id.split("-")[1])).toEqual(wanted);
  });

  it("give a follower a cursor past lines that its filter leaves out", async () => {
    await write({ id: "a" }, { id: "b" });

    expect((await read({ after: "0", worker: "trade-worker" })).next).toBe(2);
  });

  it("are read on from the first that came in since a time, page by page", async () => {
    const at = (time: string): string => lineIdFrom(new Date(`2026-11-01T${time}Z`));
    await write({ id: `${at("08:00:00.000")}-old` }, { id: `${at("09:00:00.000")}-a` });
    await write({ id: `${at("08:30:00.000")}-late` }, { id: `${at("09:00:01.000")}-b` });
    const query = { since: "2026-11-01T09:00:00Z", limit: "1" };
    const first = await read({ ...query, after: "0" });
    const second = await read({ ...query, after: String(first.next) });
    const third = await read({ ...query, after: String(second.next) });

    expect([first, second, third].map((page) => idsOf(page).map((id) => id.split("-")[1]))).toEqual([["a"], ["b"], []]);
  });

  it("give a follower whose lines were all deleted the ones after that", async () => {
    await write({ id: "a" }, { id: "b" });
    const { next } = await read({ after: "0" });
    d1.sqlite.exec("DELETE FROM system_logs");
    await write({ id: "c" });

    expect(await read({ after: String(next) })).toMatchObject({ logs: [{ id: "c" }], next: 1 });
  });

  const BY_REQUEST = "SEARCH system_logs USING INDEX system_logs_request (request_id=?)";
  const BY_TIME = "SEARCH system_logs USING INDEX system_logs_id_unique (id>?)";
  const BY_CURSOR = "SEARCH system_logs USING INTEGER PRIMARY KEY (rowid>?)";
  const since = "2026-11-01T09:00:00Z";
  const plan = (query: Record<string, string>): unknown[] => {
    const { sql, params } = selectLines(databaseRoutes.logs.query.parse(query));
    return d1.rows(`EXPLAIN QUERY PLAN ${sql}`, ...params).map(({ detail }) => detail);
  };

  it.each([
    [{ requestId: "r" }, BY_REQUEST],
    [{ requestId: "r", since }, BY_REQUEST],
    [{ since }, BY_TIME],
    [{ since, level: "warn" }, BY_TIME],
    [{ after: "5" }, BY_CURSOR],
    [{ after: "5", since }, BY_CURSOR],
    [{ after: "0", since }, BY_CURSOR],
    [{ after: "5", requestId: "r" }, BY_REQUEST],
    [{ after: "0", requestId: "r", since }, BY_REQUEST],
  ])("are found by an index when asked for by %j", (query, index) => {
    expect(plan(query)[0]).toBe(index);
  });

  it.each<Record<string, string>>([{ since }, { since, level: "warn" }, { after: "5" }, { after: "5", since }, {}])(
    "need no sorting of all that were found when asked for by %j",
    (query) => {
      expect(plan(query)).not.toContain("USE TEMP B-TREE FOR ORDER BY");
    },
  );

  it("find where a time begins without reading what came before it", () => {
    expect(plan({ after: "0", since })).toContain(
      "SEARCH system_logs USING COVERING INDEX system_logs_id_unique (id>?)",
    );
  });

  it("waits for a first line, and answers as soon as it is there", async () => {
    const started = deps.now().getTime();
    const sleeping = deps.sleep;
    deps.sleep = async (ms) => {
      await sleeping(ms);
      if (deps.now().getTime() - started === 1_500) await write({ id: "late" });
    };
    const reply = await read({ after: "0", wait: "20" });

    expect(idsOf(reply)).toEqual(["late"]);
    expect(deps.now().getTime() - started).toBe(1_500);
  });

  it("stops waiting after the seconds it was given", async () => {
    const started = deps.now().getTime();

    expect(await read({ after: "0", wait: "3" })).toEqual({ logs: [], next: 0 });
    expect(deps.now().getTime() - started).toBe(3_000);
  });
});
