import { describe, expect, it } from "vitest";
import { expiredBy, expiredSince, forecastQueue, forecastSignals, needsAnotherLook } from "./forecast.ts";
import type { LedgerReading, Sample } from "./sample.ts";

const MINUTE = 60_000;
const START = Date.parse("2026-11-28T10:00:00.000Z");
const FOUR_DAYS = 4 * 86_400_000;

interface Rates {
  in: number;
  out: number;
}

/** A queue, first in first out, with so many in and out a second, read each minute; `noise` is of its true depth. */
function readings(minutes: number, rates: (minute: number) => Rates, noise = 0, random = seeded(1)) {
  let [came, gone] = [0, 0];
  const comings: { at: number; came: number }[] = [{ at: START - MINUTE, came: 0 }];
  return Array.from({ length: minutes }, (_, minute) => {
    const { in: comes, out } = rates(minute);
    const at = START + minute * MINUTE;
    came += comes * 60;
    gone = Math.min(came, gone + out * 60);
    comings.push({ at, came });
    const backlog = Math.round((came - gone) * (1 + noise * (2 * random() - 1)));
    // The oldest that waits came when so many had come as have gone since.
    const after = comings.findIndex((each) => each.came > gone);
    const [before, next] = [comings[after - 1], comings[after]];
    const oldestAt =
      before && next && before.at + ((gone - before.came) / (next.came - before.came)) * (next.at - before.at);
    const waits = backlog > 0 && oldestAt !== undefined ? { oldestAt } : {};
    return { at, queue: "records", backlog, bytes: backlog * 100, ...waits };
  });
}

function seeded(seed: number): () => number {
  let state = seed;
  return () => (state = (state * 48_271) % 2_147_483_647) / 2_147_483_647;
}

/** A ledger with one lane; of its signals `waiting` expire at `validUntil`. */
function ledger(over: Partial<LedgerReading & { validUntil: number[] }> = {}): LedgerReading {
  const { validUntil = [], ...rest } = over;
  const { taken = 0, waiting = validUntil.length, oldestAt } = rest;
  const lanes = oldestAt === undefined ? [] : [{ symbol: "BTCUSDT", taken, waiting, oldestAt, validUntil }];
  const nothing = { ledger: "main:paper", accepted: 0, taken: 0, expired: 0, waiting, deferred: 0, inDoubt: 0 };
  return { ...nothing, lanes, ...rest };
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

  it.each([0, 0.02])("says within a fifth when it is empty, once nothing comes any more, with noise of %d", (noise) => {
    const rates = (minute: number) => ({ in: minute < 10 ? 50 : 0, out: 20 });
    const truths = readings(30, rates);
    const emptyAt = truths.findIndex(({ backlog }, minute) => minute > 10 && backlog === 0);
    for (let seed = 1; seed <= 20; seed += 1) {
      const all = readings(30, rates, noise, seeded(seed));
      for (let seen = 15; seen < emptyAt; seen += 1) {
        const { drainSeconds = 0 } = forecastQueue("records", all.slice(0, seen + 1), FOUR_DAYS);
        const truth = (truths[seen]?.backlog ?? 0) / 20;

        expect(Math.abs(drainSeconds - truth) / truth, `seed ${seed}, minute ${seen}`).toBeLessThan(0.2);
      }
    }
  });

  it("says when the platform throws messages away that nobody takes", () => {
    const oldestAt = START - 3_600_000;
    const stuck = readings(5, () => ({ in: 1, out: 0 })).map((each) => ({ ...each, oldestAt }));

    expect(forecastQueue("records", stuck, FOUR_DAYS).lossAt).toBe(new Date(oldestAt + FOUR_DAYS).toISOString());
  });

  it("says when that will be where the consumer falls behind", () => {
    const behind = readings(10, () => ({ in: 50, out: 20 }));
    const { lossAt = "" } = forecastQueue("records", behind, FOUR_DAYS);
    // Of what comes in a second, two fifths are taken in it: the oldest ages by three fifths of a second.
    const last = behind.at(-1);
    const left = FOUR_DAYS - ((last?.at ?? 0) - (last?.oldestAt ?? 0));

    expect(Date.parse(lossAt)).toBeCloseTo((last?.at ?? 0) + left / 0.6, -3);
  });

  it("foresees no loss where the consumer catches up", () => {
    const rates = (minute: number) => ({ in: minute < 10 ? 50 : 20, out: minute < 10 ? 20 : 60 });

    expect(forecastQueue("records", readings(18, rates), FOUR_DAYS).lossAt).toBeUndefined();
  });
});

describe("the forecast of signals", () => {
  /** Entries accepted then, none of which anybody takes, looked at each minute, or each half where it must be. */
  function paused(acceptedAt: readonly number[], validityMs: number, minutes = 11): Sample[] {
    const look = (at: number): Sample => {
      const came = acceptedAt.filter((time) => time <= at);
      const waiting = came.filter((time) => time + validityMs > at);
      const [oldestAt] = waiting;
      const validUntil = waiting.map((time) => time + validityMs);
      const expired = came.length - waiting.length;
      return { at, queues: [], ledgers: [ledger({ accepted: came.length, expired, oldestAt, validUntil })] };
    };
    return Array.from({ length: minutes }, (_, minute) => look(START + minute * MINUTE)).flatMap((sample) =>
      needsAnotherLook(sample) ? [sample, look(sample.at + MINUTE / 2)] : [sample],
    );
  }
  const oneASecond = (entries: number): number[] =>
    Array.from({ length: entries }, (_, index) => START + index * 1_000);

  it("counts every entry of a paused consumer as at risk before the first of them expires", () => {
    const samples = paused(oneASecond(7), 5 * MINUTE);
    const { atRisk, firstExpiresAt } = forecastSignals(samples.slice(0, 2));

    expect(atRisk).toBe(7);
    expect(firstExpiresAt).toBe(new Date(START + 5 * MINUTE).toISOString());
  });

  it("counts none once they have expired", () => {
    expect(forecastSignals(paused(oneASecond(7), 5 * MINUTE))).toMatchObject({ waiting: 0, atRisk: 0 });
  });

  it.each([5, 13, 37])(
    "over a long pause with entries of a minute every %d s counts each before it expires",
    (everyS) => {
      const acceptedAt = Array.from({ length: 600 / everyS }, (_, index) => START + index * everyS * 1_000);
      const samples = paused(acceptedAt, MINUTE, 12);
      const warnings = samples.map((sample, index) => ({
        at: sample.at,
        atRisk: forecastSignals(samples.slice(0, index + 1)).atRisk,
        until: sample.ledgers.flatMap(({ lanes }) => lanes.flatMap(({ validUntil }) => validUntil)),
      }));
      for (const accepted of acceptedAt) {
        const expires = accepted + MINUTE;
        const warned = warnings.find(({ at, atRisk, until }) => at < expires && atRisk > 0 && until.includes(expires));
        expect(warned, `the one of second ${(accepted - START) / 1_000}`).toBeDefined();
      }
      // No all-clear while they go on coming.
      const first = warnings.findIndex(({ atRisk }) => atRisk > 0);
      const during = warnings.slice(first).filter(({ at }) => at < (acceptedAt.at(-1) ?? 0));
      expect(during.every(({ atRisk }) => atRisk > 0)).toBe(true);
    },
  );

  it("says how many have expired since, of the ledgers that answered both times", () => {
    const [first, last] = [ledger({ expired: 400 }), ledger({ expired: 407 })];
    const other = { ...ledger({ expired: 90 }), ledger: "alt:paper" };

    expect(
      expiredSince(expiredBy({ at: START, queues: [], ledgers: [first] }), {
        at: START,
        queues: [],
        ledgers: [last, other],
      }),
    ).toBe(7);
  });

  it("counts those behind a blocked lane though the other lanes move", () => {
    const look = (minute: number): Sample => {
      const at = START + minute * MINUTE;
      const blocked = { symbol: "BTCUSDT", taken: 3, waiting: 2, oldestAt: START, validUntil: [at + 1, at + 2] };
      const busy = { symbol: "ETHUSDT", taken: minute * 60, waiting: 1, oldestAt: at - 300, validUntil: [at + MINUTE] };
      const held = ledger({ accepted: minute * 60, taken: minute * 60, waiting: 3, oldestAt: START });
      return { at, queues: [], ledgers: [{ ...held, lanes: [blocked, busy] }] };
    };

    expect(forecastSignals([look(0), look(1)])).toMatchObject({ waiting: 3, atRisk: 2, outPerSecond: 1 });
  });

  it.each([2, 5])(
    "warns of each entry of a minute though the pause began in the middle of traffic, every %d s",
    (everyS) => {
      const pausedAt = START + 10_000;
      const acceptedAt = Array.from({ length: 300 / everyS }, (_, index) => START + index * everyS * 1_000);
      const look = (at: number): Sample => {
        const came = acceptedAt.filter((time) => time <= at);
        const taken = came.filter((time) => time < pausedAt).length;
        const waiting = came.filter((time) => time >= pausedAt && time + MINUTE > at);
        const validUntil = waiting.map((time) => time + MINUTE);
        const expired = came.length - taken - waiting.length;
        return {
          at,
          queues: [],
          ledgers: [ledger({ accepted: came.length, taken, expired, oldestAt: waiting[0], validUntil })],
        };
      };
      const minutes = Array.from({ length: 6 }, (_, minute) => look(START + minute * MINUTE));
      const samples = minutes.flatMap((each) => (needsAnotherLook(each) ? [each, look(each.at + MINUTE / 2)] : [each]));
      const atRisk = samples.map((_, index) => forecastSignals(samples.slice(0, index + 1)).atRisk);
      for (const accepted of acceptedAt.filter((time) => time >= pausedAt && time < START + 4 * MINUTE)) {
        const warned = samples.some(
          ({ at }, index) => at >= accepted && at < accepted + MINUTE && (atRisk[index] ?? 0) > 0,
        );
        expect(warned, `the one of second ${(accepted - START) / 1_000}`).toBe(true);
      }
    },
  );

  it("is not alarmed by a moment's standstill where all have time, nor by one look without an answer", () => {
    const look = (minute: number, taken: number): Sample => {
      const at = START + minute * MINUTE;
      const validUntil = [at + 15 * MINUTE];
      return { at, queues: [], ledgers: [ledger({ accepted: 9, taken, oldestAt: at - 25_000, validUntil })] };
    };
    expect(forecastSignals([look(0, 5), look(1, 5)]).atRisk).toBe(0);

    const unanswered: Sample = { at: START + MINUTE, queues: [], ledgers: [], incomplete: true };
    expect(forecastSignals([look(0, 5), unanswered, look(2, 900)]).atRisk).toBe(0);
  });

  it("takes what was fast a minute ago and stands now for what stands", () => {
    const look = (minute: number, taken: number): Sample => {
      const at = START + minute * MINUTE;
      const validUntil = [at + 2 * MINUTE];
      return { at, queues: [], ledgers: [ledger({ accepted: 400, taken, oldestAt: at - 30_000, validUntil })] };
    };
    const samples = [look(0, 0), look(1, 60), look(2, 120), look(3, 120)];

    expect(forecastSignals(samples).atRisk).toBe(1);
  });

  it("counts those whose turn comes too late at the pace of the last minutes", () => {
    const at = (minute: number): number => START + minute * MINUTE;
    const busy = [0, 1, 2].map((minute): Sample => {
      // One a second ends; 200 wait, each valid for 100 s more.
      const oldestAt = at(minute) - 30_000;
      const validUntil = Array.from({ length: 200 }, () => at(minute) + 100_000);
      const held = ledger({ accepted: minute * 60 + 200, taken: minute * 60, oldestAt, validUntil });
      return { at: at(minute), queues: [], ledgers: [held] };
    });

    expect(forecastSignals(busy)).toMatchObject({ inPerSecond: 1, outPerSecond: 1, atRisk: 100 });
  });

  it("counts those behind the listed ones by the pace, too", () => {
    const at = (minute: number): number => START + minute * MINUTE;
    const long = [0, 1].map((minute): Sample => {
      // Four a second end; 5,000 wait, of which 100 are listed, all valid for 60 s more.
      const validUntil = Array.from({ length: 100 }, () => at(minute) + 60_000);
      const held = { taken: minute * 240, accepted: minute * 240 + 5_000, waiting: 5_000, validUntil };
      return { at: at(minute), queues: [], ledgers: [ledger({ ...held, oldestAt: at(minute) - 30_000 })] };
    });

    expect(forecastSignals(long).atRisk).toBe(5_000 - 240);
  });

  it("worries about none that came a moment ago", () => {
    const held = ledger({ accepted: 1, oldestAt: START - 500, validUntil: [START + 59_500] });

    expect(forecastSignals([{ at: START, queues: [], ledgers: [held] }])).toMatchObject({ waiting: 1, atRisk: 0 });
  });
});
