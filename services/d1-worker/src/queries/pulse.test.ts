import { beforeEach, describe, expect, it } from "vitest";
import { FakeD1 } from "../../../../tooling/fakes/d1.ts";
import { storeRecords } from "../handlers/records.ts";
import { testDeps, type TestDeps } from "../testing/deps.ts";
import { record } from "../testing/samples.ts";
import { claimNotifications } from "./claim.ts";
import { pulse, readUnacknowledged, selectUnacknowledged } from "./pulse.ts";

let d1: FakeD1;
let deps: TestDeps;

beforeEach(() => {
  d1 = FakeD1.migrated();
  deps = testDeps({ d1, queues: {} });
});

const critical = (id: string, data: Parameters<typeof record<"notification.sent">>[1] = {}) =>
  record("notification.sent", { ...data, data: { notificationId: id, severity: "critical", ...data?.data } });
const waiting = async () => (await readUnacknowledged(deps)).notifications.map(({ id }) => id);

describe("what nobody has acknowledged", () => {
  it("is every critical notification that a chat was sent", async () => {
    const old = { data: { sentAt: new Date("2026-10-01T00:00:00.000Z") } };
    await storeRecords(
      [
        critical("a"),
        critical("info", { data: { severity: "info" } }),
        critical("log", { data: { channel: "log" } }),
        critical("failed", { data: { status: "failed" } }),
        critical("old", old),
        critical("a/again/1", { data: { repeatOf: "a" } }),
      ],
      deps,
    );

    expect(await waiting()).toEqual(["a"]);
  });

  it("ends with the acknowledgement, though that is stored first", async () => {
    await storeRecords([record("notification.acknowledged", { data: { notificationId: "a" } })], deps);
    await storeRecords([critical("a"), critical("b")], deps);

    expect(await waiting()).toEqual(["b"]);
  });

  it("is answered to the cron, whose time is written down", async () => {
    await storeRecords([critical("a")], deps);
    const { notifications } = await pulse({ worker: "ops-worker" }, deps);
    deps.pass(60_000);
    await pulse({ worker: "ops-worker" }, deps);

    expect(notifications).toMatchObject([{ id: "a" }]);
    expect(d1.rows("SELECT * FROM pulses")).toEqual([{ worker: "ops-worker", created_at: "2026-11-01T10:01:00.000Z" }]);
  });

  it("is found by an index", () => {
    const { sql, params } = selectUnacknowledged(deps.now());

    expect(d1.rows(`EXPLAIN QUERY PLAN ${sql}`, ...params)[0]).toMatchObject({
      detail: expect.stringContaining("USING INDEX notifications_critical"),
    });
  });
});

describe("a claim", () => {
  it("is granted once", async () => {
    expect(await claimNotifications({ ids: ["a", "b"] }, deps)).toEqual({ granted: ["a", "b"] });
    expect(await claimNotifications({ ids: ["b", "c"] }, deps)).toEqual({ granted: ["c"] });
  });

  it("lapses when nothing was told for half an hour", async () => {
    await claimNotifications({ ids: ["told", "lost"] }, deps);
    await storeRecords([critical("told")], deps);
    deps.pass(31 * 60_000);

    expect(await claimNotifications({ ids: ["told", "lost"] }, deps)).toEqual({ granted: ["lost"] });
  });
});
