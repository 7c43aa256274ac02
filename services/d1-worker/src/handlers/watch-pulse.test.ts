import { beforeEach, describe, expect, it } from "vitest";
import { decode } from "#contracts/codec";
import { registry } from "#queues/registry";
import { FakeD1 } from "../../../../tooling/fakes/d1.ts";
import { FakeQueue } from "../../../../tooling/fakes/queue.ts";
import { pulse } from "../queries/pulse.ts";
import { testDeps, type TestDeps } from "../testing/deps.ts";
import { watchPulse } from "./watch-pulse.ts";

const MINUTE = 60_000;
let deps: TestDeps;
let notifications: FakeQueue;

beforeEach(() => {
  notifications = new FakeQueue();
  deps = testDeps({ d1: FakeD1.migrated(), queues: { NOTIFICATIONS_QUEUE: notifications } });
});

const told = () => notifications.sent.map((wire) => decode(registry.notifications.contracts, wire));
/** The cron of d1-worker, every five minutes. */
async function runs(times: number): Promise<void> {
  for (let run = 0; run < times; run += 1) {
    deps.pass(5 * MINUTE);
    await watchPulse(deps);
  }
}

describe("the cron of ops-worker", () => {
  it("is missed after five minutes, and that is critical", async () => {
    await watchPulse(deps);
    await pulse({ worker: "ops-worker" }, deps);
    await runs(2);

    expect(told()[0]).toMatchObject({
      data: { severity: "critical", title: expect.stringContaining("has not run for 5 min") },
    });
  });

  it("is missed in the same words of the hour, so that nobody is told twice", async () => {
    await watchPulse(deps);
    await pulse({ worker: "ops-worker" }, deps);
    await runs(4);

    expect(new Set(told().map(({ id }) => id)).size).toBe(1);
  });

  it("is not missed while it runs", async () => {
    for (let run = 0; run < 4; run += 1) {
      await pulse({ worker: "ops-worker" }, deps);
      deps.pass(4 * MINUTE);
      await watchPulse(deps);
    }

    expect(told()).toEqual([]);
  });

  it("is not missed after a night in which the whole mesh slept", async () => {
    await watchPulse(deps);
    await pulse({ worker: "ops-worker" }, deps);
    deps.pass(8 * 60 * MINUTE);
    await watchPulse(deps);

    expect(told()).toEqual([]);
  });

  it("is not missed before it has ever run", async () => {
    await runs(3);

    expect(told()).toEqual([]);
  });
});
