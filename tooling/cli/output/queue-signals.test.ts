import { describe, expect, it } from "vitest";
import type { MonitorView, SignalsForecast } from "#contracts/monitor";
import { viewOf } from "../queues/history.ts";
import { plain, paintWith } from "./paint.ts";
import { queueDepthText } from "./queue-depth.ts";
import { monitorLines } from "./queue-signals.ts";
import { watchFrame } from "./queue-watch.ts";
import { visible } from "./table.ts";

const now = new Date("2026-11-23T12:00:00.000Z");
const at = (seconds: number): string => new Date(now.getTime() + seconds * 1_000).toISOString();
const none: SignalsForecast = { waiting: 0, deferred: 0, inDoubt: 0, expired: 0, atRisk: 0 };
const busy: SignalsForecast = {
  waiting: 120,
  deferred: 2,
  inDoubt: 1,
  oldestAt: at(-41),
  expired: 0,
  inPerSecond: 50,
  outPerSecond: 20,
  atRisk: 37,
  firstExpiresAt: at(19),
};
const alert = { name: "records.backlog", since: at(-180), value: 6_000.04, enter: 5_000, leave: 500, unit: "messages" };

function seen(of: Partial<MonitorView>): MonitorView {
  return { sampledAt: at(-34), queues: [], signals: none, alerts: [], ...of };
}
const lines = (of: Partial<MonitorView>): string[] => monitorLines(seen(of), { now, paint: plain });

describe("what the monitor says beside the queues", () => {
  it("is that no signal waits, and when it looked", () => {
    expect(lines({})).toEqual(["signals: none waits (seen 34 s ago)"]);
  });

  it("is first what expires, then what is told, then how the signals flow", () => {
    expect(lines({ signals: busy, alerts: [alert] })).toEqual([
      "37 of 120 waiting signals AT RISK: they expire before their turn comes, the first in 19 s",
      "alert records.backlog: 6000 messages, for 3 min (told from 5000, over at 500)",
      "signals: 120 waiting, 2 back off, 1 leg in doubt, oldest 41 s, in 50/s, out 20/s (seen 34 s ago)",
    ]);
  });

  it("says that the first expires now once its time has passed since the look", () => {
    expect(lines({ signals: { ...busy, firstExpiresAt: at(-3) } })[0]).toMatch(/, the first by now$/);
  });

  it("says when the signals are drained, where they shrink", () => {
    const shrinking = { ...none, waiting: 10, inPerSecond: 1, outPerSecond: 3.25, drainSeconds: 90 };
    expect(lines({ signals: shrinking })).toEqual([
      "signals: 10 waiting, in 1.0/s, out 3.3/s, drained in 1 min (seen 34 s ago)",
    ]);
  });

  it("is that nobody knows before the monitor has looked", () => {
    expect(lines({ sampledAt: undefined })).toEqual(["signals: the monitor has not looked yet, it does each minute"]);
  });

  it("is nothing where the monitor could not be asked", () => {
    expect(monitorLines(undefined, { now, paint: plain })).toEqual([]);
  });
});

const monitor = seen({
  signals: busy,
  alerts: [alert],
  queues: [
    { queue: "records", perSecond: -4, drainSeconds: 3, lossAt: at(3_600), history: [1, 5, 12] },
    { queue: "trade-signals", perSecond: 30, history: [0, 900, 1_800] },
  ],
});
const queues = [
  { queue: "trade-signals", backlogCount: 1_800, backlogBytes: 540_000, oldestMessageAt: at(-41) },
  { queue: "records", backlogCount: 12, backlogBytes: 36, oldestMessageAt: at(-5) },
].map((each) => viewOf(each, monitor));

describe("one look at the queues", () => {
  const text = (columns: number): string =>
    queueDepthText(queues, monitor, { now, absolute: false, paint: plain, columns });

  it("shows messages, bytes, age, pace, drain and the minutes before", () => {
    expect(text(140).split("\n").slice(0, 3)).toEqual([
      expect.stringMatching(/^queue +messages +bytes +oldest +trend +last minutes$/),
      expect.stringMatching(/^trade-signals +1800 +540 KB +41 s ago +▲ 30\/s +▁▅█$/),
      expect.stringMatching(/^records +12 +36 B +5 s ago +▼ 4\.0\/s, empty in 3 s +▂▄█$/),
    ]);
  });

  it("says what Cloudflare deletes within a day", () => {
    expect(text(140)).toContain("records: Cloudflare deletes its oldest message in 1 h, should it go on so");
  });

  it.each([80, 140])("fits %d columns", (columns) => {
    const table = text(columns).split("\n\n")[0] ?? "";
    expect(Math.max(...table.split("\n").map(visible))).toBeLessThanOrEqual(columns);
  });
});

describe("a watch of the queues", () => {
  it.each([60, 80, 140])("has what the monitor says above them, within %d columns", (columns) => {
    for (const paint of [plain, paintWith(true)]) {
      const screen = { columns, rows: 40 };
      const frame = watchFrame(queues, { now, paint, screen, title: "queues", monitor, troubles: [] });

      expect(Math.max(...frame.map(visible))).toBeLessThanOrEqual(columns);
      expect(frame.join("\n").indexOf("AT RISK")).toBeLessThan(frame.join("\n").indexOf("trade-signals"));
    }
  });

  it("draws the last half hour where there is room for it", () => {
    const drawn = (columns: number): string =>
      watchFrame(queues, { now, paint: plain, screen: { columns, rows: 40 }, title: "", monitor, troubles: [] }).join(
        "\n",
      );

    expect(drawn(140)).toContain("▁▅█");
    expect(drawn(80)).not.toContain("▁▅█");
  });
});
