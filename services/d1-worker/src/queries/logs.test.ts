import { beforeEach, describe, expect, it } from "vitest";
import { databaseRoutes } from "#contracts/routes";
import { FakeD1 } from "../../../../tooling/fakes/d1.ts";
import { storeLogs } from "../handlers/log-batch.ts";
import { testDeps, type TestDeps } from "../testing/deps.ts";
import { logBatchOf } from "../testing/samples.ts";
import { readLogs } from "./logs.ts";

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
    [{ grep: "NEEDLE" }, ["warn"]],
    [{ grep: "hidden" }, ["old"]],
    [{ requestId: "none" }, []],
    [{ since: "2026-11-01T09:00:00Z" }, ["warn", "error"]],
  ])("are those that %j asks for", async (query, wanted) => {
    await write(
      { id: "old", severity: "info", createdAt: "2026-11-01T08:00:00.000Z", fields: { hidden: 1 } },
      { id: "warn", severity: "warn", message: "a needle in hay" },
      { id: "error", severity: "error", worker: "trade-worker" },
    );

    expect(idsOf(await read(query))).toEqual(wanted);
  });

  it("give a follower a cursor past lines that its filter leaves out", async () => {
    await write({ id: "a" }, { id: "b" });

    expect((await read({ after: "0", worker: "trade-worker" })).next).toBe(2);
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
