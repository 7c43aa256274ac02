import { describe, expect, it } from "vitest";
import { readAlert } from "./canonical.ts";
import { parseJson } from "./json.ts";

const NOW = new Date("2026-11-23T14:05:02.000Z");

function read(fields: object) {
  const body = parseJson(JSON.stringify({ symbol: "BTCUSDT", action: "close", ...fields }));
  const { sentAt, expiresAt } = readAlert(body, { strategy: "default", account: "main", venue: "paper" }, NOW).signal;
  return { sentAt: sentAt?.toISOString(), expiresAt: expiresAt?.toISOString() };
}

describe("how long an alert holds", () => {
  it.each([
    [{ timestamp: "2026-11-23T14:05:00Z", max_lag: "300" }, "2026-11-23T14:10:00.000Z"],
    [{ max_lag: 30 }, "2026-11-23T14:05:32.000Z"],
    [{ max_lag: "0.5" }, "2026-11-23T14:05:02.500Z"],
    [{ max_lag: "9".repeat(30) }, "2026-11-24T14:05:02.000Z"],
    [{ expiresAt: "2026-11-23T14:06:00Z" }, "2026-11-23T14:06:00.000Z"],
    [{ expiresAt: 1_795_442_760 }, "2026-11-23T14:06:00.000Z"],
    [{ max_lag: 30, expiresAt: "2026-11-23T15:00:00Z" }, "2026-11-23T14:05:32.000Z"],
    [{ max_lag: "", expiresAt: null }, undefined],
  ])("is said in %j", (fields, expected) => {
    expect(read(fields).expiresAt).toBe(expected);
  });

  it.each(["timestamp", "source_timestamp", "alertTimestamp", "timenow", "time"])("counts from %s", (name) => {
    expect(read({ [name]: "1795442700" }).sentAt).toBe("2026-11-23T14:05:00.000Z");
  });

  it.each([
    [{ max_lag: "soon" }, 'max_lag must be a number such as 0.001, not "soon"'],
    [{ max_lag: 0 }, "max_lag must be a number of seconds above zero"],
    [{ expiresAt: "tomorrow" }, 'expiresAt must be a time such as 2026-11-23T14:05:00Z, not "tomorrow"'],
  ])("is refused in %j", (fields, words) => {
    expect(() => read(fields)).toThrow(words);
  });
});
