import { describe, expect, it } from "vitest";
import { hopsOf } from "../hops.ts";
import { fullTrace } from "../testing/full-trace.ts";
import { paintWith, plain } from "./paint.ts";
import { visible } from "./table.ts";
import { waterfall } from "./waterfall.ts";

const start = Date.parse("2026-11-23T11:59:58.000Z");
const of = { start, endedAt: start + 45 };

function drawn(columns: number, paint = plain): string[] {
  return waterfall(hopsOf(fullTrace()), of, { now: new Date(start), absolute: false, columns, paint }).split("\n");
}

function barOf(name: string, lines: readonly string[]): { from: number; length: number; letter: string } {
  const line = lines.find((each) => each.includes(` ${name}`)) ?? "";
  const bar = /(\S)\1*$/.exec(line);
  return { from: bar?.index ?? -1, length: bar?.[0].length ?? 0, letter: bar?.[1] ?? "" };
}

describe("a waterfall", () => {
  it.each([80, 140])("fits %i columns", (columns) => {
    expect(Math.max(...drawn(columns).map(visible))).toBeLessThanOrEqual(columns);
  });

  it("draws every hop behind the one before it, the longer the longer", () => {
    const lines = drawn(140);
    const [answer, wait, claim, venue] = ["acknowledged", "queue trade", "claim", "venue"].map((name) =>
      barOf(name, lines),
    );

    expect([answer, wait, claim, venue].map((bar) => bar?.from)).toEqual(
      [answer, wait, claim, venue].map((bar) => bar?.from ?? 0).toSorted((a, b) => a - b),
    );
    expect(answer?.length).toBeGreaterThan(claim?.length ?? Infinity);
  });

  it("marks waits with dots, and without colour a Worker's work with its letter", () => {
    const lines = drawn(140);

    expect(["acknowledged", "claim", "settle", "record written"].map((name) => barOf(name, lines).letter)).toEqual([
      ..."htld",
    ]);
    expect(["queue trade", "outbox, queue, told"].map((name) => barOf(name, lines).letter)).toEqual(["·", "·"]);
  });

  it("tells Workers apart by colour where there is colour", () => {
    const text = drawn(140, paintWith(true)).join("\n");

    expect(text).toContain("\u001B[36m█");
    expect(text).toContain("\u001B[35m█");
  });

  it("gives the trade its room though telling takes a hundred times as long", () => {
    const lines = drawn(140);

    expect(barOf("acknowledged", lines).length).toBeGreaterThan(5);
    expect(lines[0]).toMatch(/0 +52 ms│ +1\.1 s$/);
  });

  it("has no bars where there is no terminal, or too little of one", () => {
    for (const columns of [Infinity, 60]) {
      expect(drawn(columns)[1]).toMatch(/^ *\+0 ms +10 ms +hoox +acknowledged$/);
    }
  });
});
