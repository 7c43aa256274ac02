/** Something that happens at a moment of virtual time. */
export interface Event {
  readonly at: number;
  readonly sequence: number;
  run: () => void;
  /** What a crontab does: it never keeps the world busy. */
  readonly background: boolean;
  cancelled: boolean;
}

/** Events in order of time, then of planning: a binary heap, and a line for each delay that is planned with all the time. */
export class Agenda {
  readonly #heap: Event[] = [];
  readonly #lines = new Map<number, Line>();
  #sequence = 0;
  #foreground = 0;

  /** Planned events that keep the world busy. */
  get foreground(): number {
    return this.#foreground;
  }

  add(at: number, run: () => void, options: { background?: boolean } = {}): Event {
    const event = this.#event(at, run, options.background ?? false);
    if (!event.background) this.#foreground += 1;
    this.#heap.push(event);
    this.#rise(this.#heap.length - 1);
    return event;
  }

  /** A background event that is nearly always cancelled: `now` never falls, so those of one delay stand in a line. */
  addLimit(now: number, delay: number, run: () => void): Event {
    const event = this.#event(now + delay, run, true);
    let line = this.#lines.get(delay);
    if (line === undefined) this.#lines.set(delay, (line = new Line()));
    line.push(event);
    return event;
  }

  #event(at: number, run: () => void, background: boolean): Event {
    return { at, sequence: (this.#sequence += 1), run, background, cancelled: false };
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
    return this.#firstLine()?.first?.at ?? this.#heap[0]?.at ?? Infinity;
  }

  /** The next event, removed; undefined when there is none. */
  take(): Event | undefined {
    while (this.#heap[0]?.cancelled) this.#removeFirst();
    const first = this.#firstLine()?.take() ?? this.#removeFirst();
    if (first === undefined) return undefined;
    first.cancelled = true;
    if (!first.background) this.#foreground -= 1;
    return first;
  }

  /** The line whose first is before the heap's, and before those of the other lines. */
  #firstLine(): Line | undefined {
    let found: Line | undefined;
    let first = this.#heap[0];
    for (const line of this.#lines.values()) {
      if (!isEarlier(line.first, first)) continue;
      found = line;
      first = line.first;
    }
    return found;
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
    return isEarlier(this.#heap[one], this.#heap[other]);
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

function isEarlier(a: Event | undefined, b: Event | undefined): boolean {
  if (a === undefined) return false;
  return b === undefined || a.at < b.at || (a.at === b.at && a.sequence < b.sequence);
}

/** Events in the order in which they come; whoever stands first is not cancelled. */
class Line {
  #events: Event[] = [];
  #from = 0;

  push(event: Event): void {
    this.#events.push(event);
  }

  get first(): Event | undefined {
    while (this.#events[this.#from]?.cancelled) this.#from += 1;
    if (this.#from > 500) {
      this.#events = this.#events.slice(this.#from);
      this.#from = 0;
    }
    return this.#events[this.#from];
  }

  take(): Event | undefined {
    const { first } = this;
    this.#from += 1;
    return first;
  }
}
