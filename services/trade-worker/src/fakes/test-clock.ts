import type { Clock } from "../clock.ts";

export interface TestClock extends Clock {
  /** Lets virtual time pass, timer by timer, until `work` has settled. */
  settle<T>(work: Promise<T>): Promise<T>;
  /** Lets `ms` of virtual time pass. */
  advance(ms: number): Promise<void>;
}

export const START = new Date("2026-11-20T12:00:00.000Z");

export function createTestClock(): TestClock {
  let now = START.getTime();
  let timers: { at: number; run: () => void }[] = [];

  function runNext(until: number): boolean {
    const next = timers.toSorted((a, b) => a.at - b.at)[0];
    if (!next || next.at > until) return false;
    timers = timers.filter((each) => each !== next);
    now = next.at;
    next.run();
    return true;
  }

  const clock: TestClock = {
    now: () => new Date(now),
    after(ms, run) {
      const timer = { at: now + ms, run };
      timers.push(timer);
      return () => {
        timers = timers.filter((each) => each !== timer);
      };
    },
    async settle(work) {
      let settled = false;
      const watch = async (): Promise<void> => {
        // Whoever asked gets the rejection; here only the end counts.
        await work.catch(() => undefined);
        settled = true;
      };
      void watch();
      for (let turns = 0; turns < 10_000; turns += 1) {
        await microtasks();
        if (settled) return work;
        if (!runNext(Number.MAX_SAFE_INTEGER)) await microtasks();
      }
      throw new Error("the work never settles");
    },
    async advance(ms) {
      const until = now + ms;
      do await microtasks();
      while (runNext(until));
      now = until;
    },
  };
  return clock;
}

async function microtasks(): Promise<void> {
  await new Promise((resolve) => setImmediate(resolve));
}
