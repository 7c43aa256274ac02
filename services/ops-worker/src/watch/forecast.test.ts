import { describe, expect, it } from "vitest";
import { forecastQueue, forecastSignals } from "./forecast.ts";
import type { LedgerReading, Sample } from "./sample.ts";

const MINUTE = 60_000;
const START = Date.parse("2026-11-28T10:00:00.000Z");
const FOUR_DAYS = 4 * 86_400_000;

/** A queue with so many in and out a second, read each minute. */
function readings(minutes: number, rates: (minute: number) => { in: number; out: number }) {
  let backlog = 0;
  return Array.from({ length: minutes }, (_, minute) => {
    const { in: comes, out } = rates(minute);
    backlog = Math.max(0, backlog + (comes - out) * 60);
    const at = START + minute * MINUTE;
    return { at, queue: "records", backlog, bytes: backlog * 100, ...(backlog > 0 ? { oldestAt: at - 1_000 } : {}) };
  });
}

function ledger(over: Partial<LedgerReading> = {}): LedgerReading {
  return { ledger: "main:paper", accepted: 0, ended: 0, waiting: 0, deferred: 0, inDoubt: 0, validUntil: [], ...over };
}

describe("the forecast of a queue", () => {
  it("says how fast it grows, with 50 messages a second coming and 20 going", () => {
    const { perSecond, drainSeconds } = forecastQueue(
      "records",
      readings(10, () => ({ in: 50, out: 20 })),
      FOUR_DAYS,
    );

    expect(perSecond).toBe(30);
    expect(drainSeconds).toBeUndefined();
  });

  it("says within a fifth when it is empty, once nothing comes any more", () => {
    const rates = (minute: number) => ({ in: minute < 10 ? 50 : 0, out: 20 });
    const all = readings(30, rates);
    const emptyAt = all.findIndex(({ backlog }, minute) => minute > 10 && backlog === 0);
    for (let seen = 15; seen < emptyAt; seen += 1) {
      const { drainSeconds = 0 } = forecastQueue("records", all.slice(0, seen + 1), FOUR_DAYS);
      const truth = (all[seen]?.backlog ?? 0) / 20;

      expect(Math.abs(drainSeconds - truth) / truth, `minute ${seen}`).toBeLessThan(0.2);
    }
  });

  it("says when the platform throws messages away that nobody takes", () => {
    const oldestAt = START - 3_600_000;
    const stuck = readings(5, () => ({ in: 1, out: 0 })).map((each) => ({ ...each, oldestAt }));

    expect(forecastQueue("records", stuck, FOUR_DAYS).lossAt).toBe(new Date(oldestAt + FOUR_DAYS).toISOString());
  });

  it("foresees no loss where messages are taken", () => {
    expect(
      forecastQueue(
        "records",
        readings(5, () => ({ in: 50, out: 20 })),
        FOUR_DAYS,
      ).lossAt,
    ).toBeUndefined();
  });
});

describe("the forecast of signals", () => {
  /** `entries` accepted one a second, none of which anybody takes, looked at each minute. */
  function paused(entries: number, validityMs: number): Sample[] {
    const acceptedAt = Array.from({ length: entries }, (_, index) => START + index * 1_000);
    return Array.from({ length: 11 }, (_, minute): Sample => {
      const at = START + minute * MINUTE;
      const came = acceptedAt.filter((time) => time <= at);
      const waiting = came.filter((time) => time + validityMs > at);
      const [oldestAt] = waiting;
      const validUntil = waiting.map((time) => time + validityMs);
      const held = ledger({
        accepted: came.length,
        ended: came.length - waiting.length,
        waiting: waiting.length,
        oldestAt,
        validUntil,
      });
      return { at, queues: [], ledgers: [held] };
    });
  }

  it("counts every entry of a paused consumer as at risk before the first of them expires", () => {
    const samples = paused(7, 5 * MINUTE);
    const { atRisk, firstExpiresAt } = forecastSignals(samples.slice(0, 2));

    expect(atRisk).toBe(7);
    expect(firstExpiresAt).toBe(new Date(START + 5 * MINUTE).toISOString());
  });

  it("counts none once they have expired", () => {
    expect(forecastSignals(paused(7, 5 * MINUTE))).toMatchObject({ waiting: 0, atRisk: 0 });
  });

  it("counts those whose turn comes too late at the pace of the last minutes", () => {
    const at = (minute: number): number => START + minute * MINUTE;
    const busy = [0, 1, 2].map((minute): Sample => {
      // One a second ends; 200 wait, each valid for 100 s more.
      const oldestAt = at(minute) - 30_000;
      const validUntil = Array.from({ length: 200 }, () => at(minute) + 100_000);
      const held = ledger({ accepted: minute * 60 + 200, ended: minute * 60, waiting: 200, oldestAt, validUntil });
      return { at: at(minute), queues: [], ledgers: [held] };
    });

    expect(forecastSignals(busy)).toMatchObject({ inPerSecond: 1, outPerSecond: 1, atRisk: 100 });
  });

  it("counts those behind the listed ones by the pace, too", () => {
    const at = (minute: number): number => START + minute * MINUTE;
    const long = [0, 1].map((minute): Sample => {
      // Four a second end; 5,000 wait, of which 100 are listed, all valid for 60 s more.
      const validUntil = Array.from({ length: 100 }, () => at(minute) + 60_000);
      const held = { ended: minute * 240, accepted: minute * 240 + 5_000, waiting: 5_000, validUntil };
      return { at: at(minute), queues: [], ledgers: [ledger({ ...held, oldestAt: at(minute) - 30_000 })] };
    });

    expect(forecastSignals(long).atRisk).toBe(5_000 - 240);
  });

  it("worries about none that came a moment ago", () => {
    const held = ledger({ accepted: 1, waiting: 1, oldestAt: START - 500, validUntil: [START + 59_500] });

    expect(forecastSignals([{ at: START, queues: [], ledgers: [held] }])).toMatchObject({ waiting: 1, atRisk: 0 });
  });
});
