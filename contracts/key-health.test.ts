import { describe, expect, it } from "vitest";
import { findingsOf, unknownOf, type KeyHealth } from "./key-health.ts";

const NOW = new Date("2026-11-28T00:00:00.000Z");
const good = { mayTrade: true, mayWithdraw: false, isBound: false };
const inDays = (days: number): string => new Date(NOW.getTime() + days * 86_400_000).toISOString();

describe("a key", () => {
  it.each<[string, KeyHealth, string[]]>([
    ["that trades and no more is well", good, []],
    ["that lasts for weeks is well", { ...good, expiresAt: inDays(20) }, []],
    ["that may not trade is critical", { ...good, mayTrade: false }, ["critical: it may not trade"]],
    [
      "that soon stops to trade is critical",
      { ...good, expiresAt: inDays(6.5) },
      ["critical: it stops to trade in 6 days"],
    ],
    ["that has stopped is critical", { ...good, expiresAt: inDays(-1) }, ["critical: it has not been allowed"]],
    ["that may withdraw is a warning", { ...good, mayWithdraw: true }, ["warning: it may withdraw"]],
    ["that is not taken is critical", { problem: "-2015", because: "wrong" }, ["critical: -2015"]],
    ["that nobody could ask about is no finding", { problem: "reset" }, []],
    ["that an account does not have is none", { problem: "it has no keys", because: "unused" }, []],
    ["of which nothing more is told is well", { problem: "it is taken", because: "hidden" }, []],
  ])("%s", (_, health, expected) => {
    const found = findingsOf(health, NOW).map(({ level, what }) => `${level}: ${what}`);
    expect(found).toEqual(expected.map((words) => expect.stringContaining(words)));
  });

  it("is not known only where it could not be asked about", () => {
    expect(unknownOf({ problem: "reset" })).toBe("reset");
    expect(unknownOf({ problem: "it is taken", because: "hidden" })).toBeUndefined();
    expect(unknownOf(good)).toBeUndefined();
  });
});
