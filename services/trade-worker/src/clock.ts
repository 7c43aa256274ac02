/** Time as logic sees it; the simulation brings its own. */
export interface Clock {
  now(): Date;
  /** Calls `run` once after `ms`, unless the answer is called before. */
  after(ms: number, run: () => void): () => void;
}

export const systemClock: Clock = {
  now: () => new Date(),
  after(ms, run) {
    const timer = setTimeout(run, ms);
    return () => clearTimeout(timer);
  },
};

/** Somebody else did not answer in time. What was asked may still happen. */
export class TimedOut extends Error {
  override readonly name = "TimedOut";
}

/** The result of `work`, or {@link TimedOut} after `ms`; `who` begins the sentence that says so. */
export async function within<T>(clock: Clock, of: { ms: number; who: string }, work: Promise<T>): Promise<T> {
  let cancel = (): void => undefined;
  const expired = new Promise<never>((_, reject) => {
    cancel = clock.after(of.ms, () => reject(new TimedOut(`${of.who} did not answer within ${of.ms} ms`)));
  });
  try {
    return await Promise.race([work, expired]);
  } finally {
    cancel();
  }
}

export async function wait(clock: Clock, ms: number): Promise<void> {
  if (ms > 0) await new Promise<void>((resolve) => clock.after(ms, resolve));
}

export function millisecondsSince(clock: Clock, start: Date): number {
  return clock.now().getTime() - start.getTime();
}
