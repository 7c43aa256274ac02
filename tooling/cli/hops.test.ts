import { describe, expect, it } from "vitest";
import type { Trace } from "#contracts/routes/database";
import { hopsOf } from "./hops.ts";
import { fullTrace } from "./testing/full-trace.ts";

const START = Date.parse("2026-11-23T11:59:58.000Z");

function told(trace: Trace): [name: string, worker: string, kind: string, from: number, took: number][] {
  return hopsOf(trace).map(({ name, worker, kind, from, to }) => [name, worker, kind, from - START, to - from]);
}

describe("the hops of a trace", () => {
  it("are every stretch of an alert's way with its Worker, its waits told apart from work", () => {
    expect(told(fullTrace())).toEqual([
      ["acknowledged", "hoox", "work", 0, 10],
      ["queue trade-signals", "trade-worker", "wait", 13, 5],
      ["claim", "trade-worker", "work", 18, 4],
      ["hand-over", "trade-worker", "work", 22, 3],
      ["sending entry", "ledger-worker", "work", 25, 5],
      ["venue entry", "trade-worker", "work", 30, 10],
      ["settle", "ledger-worker", "work", 40, 12],
      ["outbox, queue, told", "telegram-worker", "wait", 45, 1_000],
      ["outbox, queue records", "d1-worker", "wait", 45, 1_045],
      ["record written", "d1-worker", "work", 1_090, 10],
    ]);
  });

  it("do not hold what was not logged with its times", () => {
    const trace = fullTrace();
    const logs = trace.logs.map((line) => ({ ...line, fields: { ms: 3 } }));

    expect(told({ ...trace, logs, notifications: [] }).map(([name]) => name)).toEqual([
      "sending",
      "venue",
      "settle",
      "record written",
    ]);
  });

  it("end an attempt that was deferred, and begin the next with its own hint", () => {
    const trace = fullTrace();
    const logs = trace.logs.map((line) =>
      line.event === "attempt.settled" ? { ...line, event: "attempt.deferred" } : line,
    );

    expect(told({ ...trace, logs }).map(([name]) => name)).toContain("defer");
  });

  it("leave out the looking after of a resting order", () => {
    const trace = fullTrace();
    const [line] = trace.logs.filter((each) => each.event === "order.placed");
    if (!line) throw new Error("the sample has no order");
    const later = { ...line, cursor: 99, event: "order.seen", created_at: "2026-11-23T13:00:00.000Z" };

    expect(hopsOf({ ...trace, logs: [...trace.logs, later] })).toEqual(hopsOf(trace));
  });

  it("of a refused alert are its refusal and its record", () => {
    const trace = fullTrace();
    const [first] = trace.logs;
    if (!first) throw new Error("the sample has no line");
    const logs = [{ ...first, event: "alert.refused", fields: { code: "unknown_action" } }];

    expect(hopsOf({ ...trace, logs, orders: [], notifications: [] }).map((hop) => hop.name)).toEqual(["refused"]);
  });
});
