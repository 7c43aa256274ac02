/** Something that happens at a moment of virtual time. */
export interface Event {
  readonly at: number;
  readonly sequence: number;
  run: () => void;
  /** What a crontab does: it never keeps the world busy. */
  readonly background: boolean;
  cancelled: boolean;
}

/** Events in order of time, then of planning (a binary heap). */
export class Agenda {
  readonly #heap: Event[] = [];
  #sequence = 0;
  #foreground = 0;

  /** Planned events that keep the world busy. */
  get foreground(): number {
    return this.#foreground;
  }

  add(at: number, run: () => void, options: { background?: boolean } = {}): Event {
    const event: Event = {
      at,
      sequence: (this.#sequence += 1),
      run,
      background: options.background ?? false,
      cancelled: false,
    };
    if (!event.background) this.#foreground += 1;
    this.#heap.push(event);
    this.#rise(this.#heap.length - 1);
    return event;
  }

  cancel(event: Event): void {
    if (event.cancelled) return;
    event.cancelled = true;
    // It stays in the heap until its time comes; what it holds need not.
    event.run = () => undefined;
    if (!event.background) this.#foreground -= 1;
  }

  /** When the next event is; Infinity when there is none. */
  get nextAt(): number {
    while (this.#heap[0]?.cancelled) this.#removeFirst();
    return this.#heap[0]?.at ?? Infinity;
  }

  /** The next event, removed; undefined when there is none. */
  take(): Event | undefined {
    for (;;) {
      const first = this.#removeFirst();
      if (first === undefined) return undefined;
      if (first.cancelled) continue;
      first.cancelled = true;
      if (!first.background) this.#foreground -= 1;
      return first;
    }
  }

  #removeFirst(): Event | undefined {
    const first = this.#heap[0];
    const last = this.#heap.pop();
    if (first === undefined || last === undefined) return undefined;
    if (first !== last) {
      this.#heap[0] = last;
      this.#sink(0);
    }
    return first;
  }

  #rise(from: number): void {
    let index = from;
    while (index > 0) {
      const parent = (index - 1) >> 1;
      if (!this.#swapIfEarlier(index, parent)) return;
      index = parent;
    }
  }

  #sink(from: number): void {
    let index = from;
    for (;;) {
      const left = index * 2 + 1;
      const child = this.#earlier(left + 1, left) ? left + 1 : left;
      if (!this.#swapIfEarlier(child, index)) return;
      index = child;
    }
  }

  #earlier(one: number, other: number): boolean {
    const a = this.#heap[one];
    const b = this.#heap[other];
    if (a === undefined) return false;
    return b === undefined || a.at < b.at || (a.at === b.at && a.sequence < b.sequence);
  }

  #swapIfEarlier(lower: number, upper: number): boolean {
    const a = this.#heap[lower];
    const b = this.#heap[upper];
    if (a === undefined || b === undefined || !this.#earlier(lower, upper)) return false;
    this.#heap[lower] = b;
    this.#heap[upper] = a;
    return true;
  }
}
