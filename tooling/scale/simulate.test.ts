import { describe, expect, it } from "vitest";
import { alertsADay, bytesOfAnAlertADay } from "./database.ts";
import { AN_ALERT, LIMITS } from "./limits.ts";
import { shardOf, simulate } from "./simulate.ts";
import { dayOf } from "./traffic.ts";

const SMALL = { alerts: 20_000, accounts: 200, seed: 1 };

describe("a day of alerts", () => {
  it("is the same for the same seed, and another for another", () => {
    expect(simulate(SMALL)).toEqual(simulate(SMALL));
    expect(simulate({ ...SMALL, seed: 2 })).not.toEqual(simulate(SMALL));
  });

  it("has every alert once, with its account and second", () => {
    const { perAccount, seconds } = dayOf(SMALL);

    expect(perAccount.reduce((sum, count) => sum + count, 0)).toBe(SMALL.alerts);
    expect(Math.max(...seconds)).toBeLessThan(86_400);
  });

  it("comes for the most part when bars close", () => {
    const { seconds } = dayOf(SMALL);
    const atClose = seconds.filter((second) => second % 60 < 3).length;

    expect(atClose / SMALL.alerts).toBeGreaterThan(0.6);
    expect(atClose / SMALL.alerts).toBeLessThan(0.7);
  });

  it("lets alerts wait at a ledger only when more come than it serves", () => {
    const one = simulate({ alerts: 1, accounts: 1, seed: 1 }).busiestLedger;
    const all = simulate({ alerts: 50_000, accounts: 1, seed: 1 }).busiestLedger;

    expect(one.waitSeconds.most).toBeCloseTo(AN_ALERT.objectRequests / LIMITS.objectPerSecond);
    expect(all.waitSeconds.most).toBeGreaterThan(all.peakRequests / LIMITS.objectPerSecond - 1);
  });
});

it("a database holds fewer alerts a day the longer their rows stay", () => {
  const kept = { logs: 14, records: 90, signals: 365 };

  expect(alertsADay({ ...kept, signals: 90 })).toBeGreaterThan(alertsADay(kept));
  expect(alertsADay(kept) * bytesOfAnAlertADay(kept)).toBeCloseTo(LIMITS.databaseBytes, 0);
});

it("shards by account get about as many accounts each", () => {
  const counts = [0, 0, 0, 0];
  for (let account = 0; account < 10_000; account += 1)
    counts[shardOf(account, 4)] = (counts[shardOf(account, 4)] ?? 0) + 1;

  expect(Math.max(...counts) / 2_500).toBeLessThan(1.1);
});
