import { describe, expect, it } from "vitest";
import { createKillSwitchStore } from "./kill-switch-store.ts";
import { MemorySql } from "../../../tooling/fakes/memory-sql.ts";

const now = () => new Date("2026-11-01T09:00:00.000Z");

describe("the kill switch", () => {
  it("is off while it was never touched", () => {
    const state = createKillSwitchStore(new MemorySql(), now).show();

    expect(state.mode).toBe("off");
    expect(state.changedAt).toBeUndefined();
  });

  it("keeps who changed it, why and when, also across a restart", () => {
    const sql = new MemorySql();
    const changed = createKillSwitchStore(sql, now).set({ v: 1, mode: "entries", reason: "news", by: "operator" });

    expect(changed).toEqual({ mode: "entries", reason: "news", by: "operator", changedAt: now() });
    expect(createKillSwitchStore(sql, now).show()).toEqual(changed);
  });

  it("ends only the stop that was seen, even when another came in the same millisecond", () => {
    const store = createKillSwitchStore(new MemorySql(), now);
    const seen = store.set({ v: 1, mode: "entries", reason: "news", by: "operator" });
    const stopped = store.set({ v: 1, mode: "entries", reason: "runaway", by: "telegram:42" });
    const resume = { v: 1, mode: "off", reason: "calm", by: "telegram:42" } as const;

    expect(store.set({ ...resume, ifChangedAt: seen.changedAt })).toEqual(stopped);
    expect(store.set({ ...resume, ifChangedAt: null })).toEqual(stopped);
    expect(store.set({ ...resume, ifChangedAt: stopped.changedAt }).mode).toBe("off");
  });

  it("is made milder only by who says so", () => {
    const store = createKillSwitchStore(new MemorySql(), now);
    const stopped = store.set({ v: 1, mode: "all", reason: "runaway", by: "operator" });
    const entries = { v: 1, mode: "entries", reason: "news", by: "telegram:42" } as const;

    expect(store.set({ ...entries, neverMilder: true })).toEqual(stopped);
    expect(store.set(entries).mode).toBe("entries");
  });

  it("lists each ledger once, by name", () => {
    const store = createKillSwitchStore(new MemorySql(), now);
    for (const ledger of ["main:paper", "alt:bybit", "main:paper"]) store.register(ledger);

    expect(store.ledgers()).toEqual(["alt:bybit", "main:paper"]);
  });
});
