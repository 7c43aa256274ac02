import { setImmediate, setTimeout } from "node:timers/promises";

interface Sleeper {
  due: number;
  wake: () => void;
}

/** A clock that only moves when a test lets time pass; who sleeps wakes in order. */
export class SteppedClock {
  #now: number;
  readonly #sleepers = new Set<Sleeper>();

  constructor(start: Date) {
    this.#now = start.getTime();
  }

  readonly now = (): Date => new Date(this.#now);

  readonly sleep = (ms: number, signal?: AbortSignal): Promise<void> =>
    new Promise((resolve) => {
      const sleeper = { due: this.#now + ms, wake };
      this.#sleepers.add(sleeper);
      signal?.addEventListener("abort", wake, { once: true });
      if (signal?.aborted) wake();
      function wake(): void {
        resolve();
        sleepers.delete(sleeper);
      }
      const sleepers = this.#sleepers;
    });

  /** Between two sleepers everything else gets its turn. */
  async pass(ms: number): Promise<void> {
    const end = this.#now + ms;
    for (let next = this.#next(end); next !== undefined; next = this.#next(end)) {
      this.#now = Math.max(this.#now, next.due);
      next.wake();
      await setImmediate();
    }
    this.#now = end;
  }

  /** The computer sleeps, or its time is set: timers know nothing of it. */
  jump(ms: number): void {
    this.#now += ms;
    for (const sleeper of this.#sleepers) sleeper.due += ms;
  }

  /** Lets time pass until it is so. */
  async until(what: string, isSo: () => boolean): Promise<void> {
    for (let tries = 0; !isSo(); tries += 1) {
      if (tries === 3_000) throw new Error(`never: ${what}`);
      await this.pass(100);
      await setTimeout(1);
    }
  }

  #next(end: number): Sleeper | undefined {
    const due = [...this.#sleepers].filter((each) => each.due <= end);
    return due.toSorted((a, b) => a.due - b.due)[0];
  }
}
