import { describe, expect, it } from "vitest";
import { FakeD1 } from "../../../../tooling/fakes/d1.ts";
import { storeLogs } from "../handlers/log-batch.ts";
import { storeRecords } from "../handlers/records.ts";
import { testDeps } from "../testing/deps.ts";
import { logBatchOf, record } from "../testing/samples.ts";
import { lineIdFrom } from "#contracts/log";
import { summariseDay } from "./day.ts";

const day = { from: "2026-11-01T00:00:00.000Z", to: "2026-11-02T00:00:00.000Z" };
const requestIds = ["1", "2", "3"].map((digit) => `9b1deb4d-3b7d-4bad-9bdd-2b0d7b3dcb6${digit}`);

function database() {
  const deps = testDeps({ d1: FakeD1.migrated(), queues: {} });
  return { deps, summary: () => summariseDay(day, deps) };
}

describe("the figures of a day", () => {
  it("count alerts by how they ended, and exits that did not execute", async () => {
    const { deps, summary } = database();
    const [first, second, third] = requestIds;
    await storeRecords(
      [
        record("signal.settled"),
        record("signal.settled", { requestId: first, data: { action: "close_long", outcome: "expired" } }),
        record("signal.refused", { requestId: second }),
        record("signal.duplicated", { requestId: third }),
      ],
      deps,
    );

    expect(await summary()).toMatchObject({
      outcomes: { filled: 1, expired: 1, refused: 1, duplicate: 1 },
      exitsUnexecuted: 1,
    });
  });

  it("leave out what another day has seen", async () => {
    const { deps } = database();
    await storeRecords([record("signal.settled"), record("order.updated")], deps);
    const next = await summariseDay({ from: day.to, to: "2026-11-03T00:00:00.000Z" }, deps);

    expect(next).toMatchObject({ outcomes: {}, fills: 0 });
    expect(next.acknowledgement).toBeUndefined();
  });

  it("hold what positions have earned and how long an order took", async () => {
    const { deps, summary } = database();
    await storeRecords([record("signal.settled"), record("order.updated")], deps);

    expect(await summary()).toMatchObject({
      fills: 1,
      positions: [{ account: "main", venue: "paper", symbol: "BTCUSDT.P" }],
      alertToOrder: { p50: expect.any(Number) },
    });
  });

  it("hold the middle and the slowest hundredth of the acknowledgements", async () => {
    const { deps, summary } = database();
    const lines = Array.from({ length: 200 }, (_, index) => ({
      id: `${lineIdFrom(new Date("2026-11-01T12:00:00.000Z"))}-${index}`,
      event: "alert.accepted",
      fields: { ms: index + 1 },
    }));
    await storeLogs([logBatchOf(...lines)], deps);

    expect((await summary()).acknowledgement).toEqual({ p50: 100, p99: 198 });
  });
});
