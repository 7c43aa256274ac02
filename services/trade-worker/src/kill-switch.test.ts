import { describe, expect, test } from "vitest";
import type { KillSwitchMode } from "#contracts/kill-switch";
import type { LegRole } from "#contracts/order";
import { createTestClock } from "./fakes/test-clock.ts";
import { createKillSwitchReader, verdictFor } from "./kill-switch.ts";

const never = new Promise<never>(() => undefined);

function readerOf(of: {
  mode?: KillSwitchMode;
  kv?: Record<string, string>;
  show?: () => Promise<never>;
  flag?: () => Promise<never>;
}) {
  const clock = createTestClock();
  const read = createKillSwitchReader({
    show: of.show ?? (async () => ({ mode: of.mode ?? "off", reason: "", by: "test" })),
    flag: of.flag ?? (async (key) => of.kv?.[key] ?? null),
    clock,
  });
  return () => clock.settle(read());
}

describe("reading the kill switch", () => {
  test("the strictest source wins and is named", async () => {
    const read = readerOf({ mode: "entries", kv: { "global:kill_switch": "true" } });
    expect(await read()).toEqual({ mode: "all", says: "the KV key global:kill_switch" });
  });

  test("KV cannot switch trading back on", async () => {
    expect((await readerOf({ mode: "all", kv: { "trade:kill_switch": "false" } })()).mode).toBe("all");
  });

  test("a source that fails is said so, whatever the others say", async () => {
    const reading = await readerOf({ show: async () => Promise.reject(new Error("it was reset")) })();
    expect(reading).toMatchObject({ mode: "off", unreadable: "it was reset" });
  });

  test("a source that hangs is unreadable after two seconds", async () => {
    expect((await readerOf({ flag: () => never })()).unreadable).toContain("within 2000 ms");
  });
});

describe("the verdict", () => {
  test.each<[KillSwitchMode, LegRole, string]>([
    ["off", "entry", "go"],
    ["entries", "entry", "halted"],
    ["entries", "close", "go"],
    ["all", "close", "halted"],
    ["all", "stop", "go"],
    ["all", "target", "go"],
    ["all", "emergency", "go"],
  ])("mode %s, role %s: %s", (mode, role, kind) => {
    expect(verdictFor(role, { mode, says: "the kill switch" }).kind).toBe(kind);
  });

  test.each<[LegRole, string]>([
    ["entry", "halted"],
    ["close", "not_executed"],
    ["stop", "go"],
  ])("unreadable, role %s: %s", (role, kind) => {
    expect(verdictFor(role, { mode: "off", says: "nobody", unreadable: "it was reset" }).kind).toBe(kind);
  });

  test("a stop that was read counts although another source could not be", () => {
    const verdict = verdictFor("close", { mode: "all", says: "the kill switch", unreadable: "KV is away" });
    expect(verdict.kind).toBe("halted");
  });
});
