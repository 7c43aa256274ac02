import { describe, expect, it } from "vitest";
import { lineText } from "./log-line.ts";
import { paintWith, plain } from "./paint.ts";
import { table, visible, type Column } from "./table.ts";
import { clock, duration, parseSince, when } from "./time.ts";

const now = new Date("2026-11-23T12:00:00.000Z");
const relative = { now, absolute: false };

describe("a table", () => {
  const columns: [Column<string[]>, Column<string[]>, Column<string[]>] = [
    { title: "id", value: (row: string[]) => row[0] ?? "" },
    { title: "n", value: (row: string[]) => row[1] ?? "", align: "right" },
    { title: "reason", value: (row: string[]) => row[2] ?? "", shrinkTo: 10 },
  ];

  it("aligns its columns", () => {
    expect(
      table(columns, [
        ["a", "1", "x"],
        ["bbb", "200", "y"],
      ]),
    ).toBe("id     n  reason\na      1  x\nbbb  200  y");
  });

  it("cuts what may be cut when the terminal is narrow, and nothing else", () => {
    const text = table(columns, [["a-long-id", "1", "a reason of many words"]], 30);

    expect(text.split("\n")[1]).toBe("a-long-id  1  a reason of man…");
    expect(Math.max(...text.split("\n").map(visible))).toBeLessThanOrEqual(30);
  });

  it("becomes blocks when even that is too wide, so that ids stay whole", () => {
    expect(table(columns, [["a-very-long-id", "1", "why"]], 12)).toBe("id      a-very-long-id\nn       1\nreason  why");
  });

  it("puts under its row what may stand there, and broken between words what is to have lines of its own", () => {
    const [id, n, reason] = columns;
    const under: Column<string[]>[] = [{ ...id }, { ...n, below: true }, { ...reason, below: "alone" }];
    const text = table(under, [["a-long-id", "1", "a reason of many words"]], 20);

    expect(text).toBe("id\na-long-id\n  1\n  a reason of many\n    words");
  });

  it("aligns coloured text by what is seen", () => {
    const paint = paintWith(true);
    const text = table(columns, [
      [paint.bad("a"), "1", "x"],
      ["bbb", "2", "y"],
    ]);

    expect(text.split("\n").map(visible)).toEqual([14, 9, 9]);
  });

  it("keeps a cell of several lines on one", () => {
    expect(table(columns, [["a", "1", "x\n  y"]])).toContain("x y");
  });
});

describe("times", () => {
  it.each([
    ["2026-11-23T11:59:59.500Z", "now"],
    ["2026-11-23T11:59:30.000Z", "30 s ago"],
    ["2026-11-23T11:57:10.000Z", "2 min ago"],
    ["2026-11-23T05:00:00.000Z", "7 h ago"],
    ["2026-11-20T12:00:00.000Z", "3 d ago"],
    ["2026-11-23T12:00:40.000Z", "in 40 s"],
    [undefined, "-"],
  ])("say %s as %s", (at, text) => {
    expect(when(at, relative)).toBe(text);
  });

  it("are ISO text with absolute", () => {
    expect(when("2026-11-23T11:57:10.000Z", { now, absolute: true })).toBe("2026-11-23T11:57:10.000Z");
  });

  it("name the day when it is another", () => {
    expect(clock("2026-11-23T11:57:10.123Z", relative)).toBe("11:57:10.123");
    expect(clock("2026-11-22T11:57:10.123Z", relative)).toBe("2026-11-22 11:57:10.123");
  });

  it.each([
    ["90s", "2026-11-23T11:58:30.000Z"],
    ["10m", "2026-11-23T11:50:00.000Z"],
    ["2h", "2026-11-23T10:00:00.000Z"],
    ["1d", "2026-11-22T12:00:00.000Z"],
    ["2026-11-23T10:00:00Z", "2026-11-23T10:00:00.000Z"],
    ["tomorrow", undefined],
    ["10", undefined],
  ])("are understood as since %s", (text, iso) => {
    expect(parseSince(text, now)?.toISOString()).toBe(iso);
  });

  it("say how long something took", () => {
    expect([duration(0), duration(41.6), duration(1_250), duration(90_000)]).toEqual([
      "0 ms",
      "42 ms",
      "1.3 s",
      "1 min",
    ]);
  });
});

describe("a log line", () => {
  const line = {
    at: "2026-11-23T11:59:58.000Z",
    worker: "telegram-worker",
    severity: "info" as const,
    event: "notification.logged",
    message: "Filled: buy 0.001 BTCUSDT at 65000",
    requestId: "9b1deb4d-3b7d-4bad-9bdd-2b0d7b3dcb6d",
  };
  const options = { now, absolute: false, requestId: true };

  it("is broken between words on a narrow terminal, the id whole", () => {
    expect(lineText(line, { ...options, paint: plain, columns: 80 })).toBe(
      "11:59:58.000 telegram-worker notification.logged  Filled: buy 0.001 BTCUSDT at\n              65000 9b1deb4d",
    );
  });

  it.each([60, 80, 100])("never leaves a terminal of %d columns, coloured or not", (columns) => {
    for (const paint of [plain, paintWith(true)]) {
      const lines = lineText({ ...line, message: "word ".repeat(80) }, { ...options, paint, columns }).split("\n");

      expect(Math.max(...lines.map(visible))).toBeLessThanOrEqual(columns);
    }
  });

  it("does not pass on what would move the terminal's cursor or change its colours", () => {
    const text = lineText({ ...line, message: "a\u001b[2Jb\rc" }, { ...options, paint: plain });

    expect(text).toContain("a\u{fffd}[2Jb\u{fffd}c");
  });

  it("is one line where nobody said how wide it may be", () => {
    expect(lineText({ ...line, message: "word ".repeat(80) }, { ...options, paint: plain }).split("\n")).toHaveLength(
      1,
    );
  });
});
