import { describe, expect, it } from "vitest";
import { alertsOf } from "#queues/alerts";
import { nagiosLine } from "../output/queue-check.ts";
import { judge, type Limits } from "./judge.ts";

const now = new Date("2026-11-23T12:00:00.000Z");
const ago = (seconds: number): string => new Date(now.getTime() - seconds * 1_000).toISOString();
const row = (queue: string, backlogCount: number, seconds?: number) => ({
  queue,
  backlogCount,
  backlogBytes: 0,
  ...(seconds === undefined ? {} : { oldestMessageAt: ago(seconds) }),
});
const quiet = { waiting: 0, deferred: 0, inDoubt: 0, expired: 0, atRisk: 0 };
const monitor = { sampledAt: ago(30), queues: [], signals: quiet, alerts: [] };
const judged = (queues: ReturnType<typeof row>[], limits: Partial<Limits> = {}, seen: object = {}) =>
  judge({ queues, monitor: { ...monitor, ...seen } }, { config: {}, now, ...limits });

const [backlog] = alertsOf("records");
const enter = backlog?.threshold.enter ?? 0;

describe("the queues", () => {
  it("are ok while nothing is told of them", () => {
    expect(judged([row("records", enter - 1, 1), row("records-dlq", 0)]).level).toBe("ok");
  });

  it("are a warning where the monitor would tell the chat", () => {
    expect(judged([row("records", enter, 1)]).queues).toMatchObject([
      { level: "warning", warn: enter, reasons: [`${enter} messages (warning from ${enter})`] },
    ]);
    expect(judged([row("trade-signals", 1, 3_600)]).queues[0]?.reasons).toEqual([
      expect.stringMatching(/the oldest has waited 3600 s/),
    ]);
  });

  it("are measured by what KV says of the monitor, and not at all by what it turns off", () => {
    const set = (change: object): Limits["config"] => ({ alerts: { "records.backlog": change } });

    expect(judged([row("records", 7, 1)], { config: set({ enter: 7 }) }).level).toBe("warning");
    expect(judged([row("records", enter, 1)], { config: set({ off: true }) }).level).toBe("ok");
  });

  it.each([
    [99, "ok"],
    [100, "warning"],
    [999, "warning"],
    [1_000, "critical"],
  ])("with --warn 100 --critical 1000 and %d messages are %s", (messages, level) => {
    expect(judged([row("records", messages, 1)], { warn: 100, critical: 1_000 }).level).toBe(level);
  });

  it("are critical when a dead letter is not stored, whatever numbers were given", () => {
    expect(judged([row("records-dlq", 1)], { warn: 100, critical: 1_000 }).level).toBe("critical");
  });

  it("are critical when Cloudflare deletes messages within a day, and not before", () => {
    const losing = (lossAt: string) => ({ queues: [{ queue: "records", lossAt, history: [] }] });

    expect(judged([row("records", 1, 1)], {}, losing(ago(-3_600))).level).toBe("critical");
    expect(judged([row("records", 1, 1)], {}, losing(ago(-3 * 86_400))).level).toBe("ok");
  });

  it("are critical when signals expire before their turn", () => {
    const found = judged([row("trade-signals", 1, 1)], {}, { signals: { ...quiet, waiting: 9, atRisk: 4 } });

    expect(found).toMatchObject({ level: "critical", signals: { level: "critical", waiting: 9, atRisk: 4 } });
  });

  it("are a warning when the monitor has stopped, because nobody foresees anything then", () => {
    expect(judged([row("records", 0)], {}, { sampledAt: ago(600) }).signals?.reasons).toEqual([
      "the monitor has not looked for 10 min",
    ]);
  });
});

describe("the line of a plugin", () => {
  it("says the state, the worst first, and the figures with their levels", () => {
    const found = judged(
      [row("records", 12, 1), row("records-dlq", 2)],
      { warn: 10, critical: 20 },
      { signals: { ...quiet, waiting: 9, atRisk: 4 } },
    );

    expect(nagiosLine(found)).toBe(
      "QUEUES CRITICAL - 4 of 9 waiting signals expire before their turn comes; records: 12 messages (warning from 10); records-dlq: 2 messages (critical from 1) | 'records'=12;10;20;0 'records-dlq'=2;;1;0 signals_waiting=9;;;0 signals_at_risk=4;;1;0",
    );
  });

  it("says how much waits when all is ok, and unknown when something was not seen", () => {
    const seen = judged([row("records", 3, 1)], { warn: 10 });

    expect(nagiosLine(seen)).toMatch(/^QUEUES OK - 3 messages on 1 queues \| 'records'=3;10;;0 /);
    expect(nagiosLine({ ...seen, problems: ["depth of commands: it | broke"] })).toMatch(
      /^QUEUES UNKNOWN - not seen: depth of commands: it \/ broke \| /,
    );
  });
});
