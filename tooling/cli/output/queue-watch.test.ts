import { describe, expect, it } from "vitest";
import { depthHistory, type QueueView } from "../queues/history.ts";
import { paintWith, plain } from "./paint.ts";
import { watchFrame, watchLine } from "./queue-watch.ts";
import { sparkline } from "./sparkline.ts";
import { visible } from "./table.ts";

const START = Date.parse("2026-11-23T12:00:00.000Z");
/** Its column and the gap before it. */
const BYTES = 7 + 2;
const QUEUES = ["trade-signals", "records", "notifications-dlq"] as const;

/** The queues as they stand after looks of these depths, two seconds apart. */
function after(depths: Partial<Record<(typeof QUEUES)[number], number[]>>, oldestAt?: string): QueueView[] {
  const looks = depthHistory();
  const count = Math.max(...Object.values(depths).map((each) => each.length));
  return Array.from({ length: count }, (_, index) => index).reduce<QueueView[]>(
    (_before, index) =>
      looks.add(
        new Date(START + index * 2_000),
        QUEUES.map((queue) => {
          const backlogCount = depths[queue]?.[index] ?? 0;
          return { queue, backlogCount, backlogBytes: 0, ...(oldestAt ? { oldestMessageAt: oldestAt } : {}) };
        }),
      ),
    [],
  );
}

const view = (columns: number, rows = 24) => ({
  now: new Date(START + 20_000),
  paint: plain,
  screen: { columns, rows },
  title: "queues of local (http://localhost:8787)  12:00:20 UTC, every 2 s, Ctrl-C ends",
  troubles: [],
});

describe("a look at the queues", () => {
  it.each([
    ["grows", [0, 10, 20, 30], /records +30 +▲ 5\.0\/s /],
    ["shrinks", [40, 30, 20, 10], /records +10 +▼ 5\.0\/s, empty in 2 s/],
    ["stands still", [7, 7, 7], /records +7 += steady /],
    ["has been empty all the time", [0, 0, 0], /records +0 +- /],
    ["has been looked at once", [4], /records +4 +… /],
  ])("says how fast a queue goes which way when it %s", (_what, depths, words) => {
    expect(watchFrame(after({ records: depths }), view(100)).join("\n")).toMatch(words);
  });

  it("never cuts what it says of the end", () => {
    const queues = after({ records: [3_599_000, 3_594_000] }).map((row) => ({ ...row, perSecond: -1_000 }));
    for (const columns of [80, 140]) {
      expect(watchFrame(queues, view(columns)).join("\n")).toContain("▼ 1000/s, empty in 59 min");
    }
  });

  it("takes a queue that hardly moves for one that stands still", () => {
    const [, records] = after({ records: [40, 40] });
    const queues = records === undefined ? [] : [{ ...records, perSecond: -0.01 }];
    expect(watchFrame(queues, view(100)).join("\n")).toMatch(/records +40 += steady /);
  });

  it("takes the rate over the last looks, not from the beginning", () => {
    const [, records] = after({ records: [100, 0, 0, 0, 0, 0, 0] });

    expect(records?.perSecond).toBe(0);
  });

  it("shows how long the oldest message has waited", () => {
    const [line] = watchFrame(after({ records: [1, 1] }, "2026-11-23T11:57:10.000Z"), view(100)).filter((each) =>
      each.startsWith("records"),
    );

    expect(line).toContain("3 min");
  });

  it("draws the way of each queue", () => {
    const frame = watchFrame(after({ records: [0, 1, 4, 8] }), view(100));

    expect(frame.find((line) => line.startsWith("records"))).toContain("▁▂▅█");
  });

  it.each([40, 50, 60, 80, 100, 140, 200])("fits %d columns, coloured or not, and names every queue", (columns) => {
    const long = Array.from({ length: 300 }, (_, index) => index * 977);
    const queues = after({ records: long, "trade-signals": long.toReversed(), "notifications-dlq": [3] });
    for (const paint of [plain, paintWith(true)]) {
      const frame = watchFrame(queues, { ...view(columns), paint });

      expect(Math.max(...frame.map(visible))).toBeLessThanOrEqual(columns);
      for (const queue of QUEUES) expect(frame.join("\n")).toContain(queue);
    }
  });

  it("uses the room of a wide terminal for more history", () => {
    const queues = after({ records: Array.from({ length: 300 }, (_, index) => index) });
    const bars = (columns: number): number => watchFrame(queues, view(columns)).join("").match(/[▁-█]/g)?.length ?? 0;

    expect(bars(140) - bars(80)).toBe(3 * (60 - BYTES));
  });

  it("never draws more lines than the terminal has", () => {
    expect(watchFrame(after({ records: [1] }), view(80, 4))).toHaveLength(4);
  });

  it("says what went wrong below the queues", () => {
    const frame = watchFrame(after({ records: [1] }), { ...view(80), troubles: ["no mesh answers"] });

    expect(frame.at(-1)).toBe("no mesh answers");
  });
});

describe("a line per look", () => {
  it("names what waits", () => {
    const queues = after({ records: [0, 4], "notifications-dlq": [2, 2] }, "2026-11-23T12:00:15.000Z");

    expect(watchLine(queues, view(80))).toBe(
      "12:00:20 records 4 (▲ 2.0/s, oldest 5 s); notifications-dlq 2 (= steady, oldest 5 s)",
    );
  });

  it("says so when nothing does", () => {
    expect(watchLine(after({ records: [0] }), view(80))).toBe("12:00:20 all queues are empty");
  });
});

describe("a sparkline", () => {
  it.each([
    [[], ""],
    [[0, 0], "▁▁"],
    [[0, 1, 1_000], "▁▂█"],
    [[1, 2, 3, 4], "▅▆█"],
  ])("of %j is %s", (values, text) => {
    expect(sparkline(values, 3)).toBe(text);
  });
});
