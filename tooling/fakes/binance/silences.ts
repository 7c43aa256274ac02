const CALL = "x-fake-call";

/**
 * Requests that get no answer. Whoever sends through `fetch` gives up the moment the fake falls silent, with the error
 * of a time-out, so that no test waits for one.
 */
export class Silences {
  #calls = 0;
  readonly #open = new Map<string, AbortController>();
  #held: (() => void)[] = [];

  readonly fetch: typeof fetch = async (input, init) => {
    this.#calls += 1;
    const call = String(this.#calls);
    const gaveUp = new AbortController();
    this.#open.set(call, gaveUp);
    const headers = new Headers(init?.headers);
    headers.set(CALL, call);
    const signals = init?.signal ? [init.signal, gaveUp.signal] : [gaveUp.signal];
    try {
      return await fetch(input, { ...init, headers, signal: AbortSignal.any(signals) });
    } finally {
      this.#open.delete(call);
    }
  };

  /** Resolves when the fake is told to go on. */
  async hold(headers: Readonly<Record<string, unknown>>): Promise<void> {
    const held = new Promise<void>((resolve) => this.#held.push(resolve));
    this.#open
      .get(String(headers[CALL]))
      ?.abort(new DOMException("The operation was aborted due to timeout", "TimeoutError"));
    await held;
  }

  /** What was held never goes on. */
  forget(): void {
    this.#held = [];
  }

  /** What was held goes on: a request that was not booked yet reaches the exchange now. */
  release(): void {
    const held = this.#held;
    this.#held = [];
    for (const goOn of held) goOn();
  }
}
