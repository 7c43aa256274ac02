/** Says whether it sees something for the first time, as far back as it remembers. */
export class FirstTime {
  readonly #seen = new Set<string>();
  readonly #remembers: number;

  constructor(remembers: number) {
    this.#remembers = remembers;
  }

  isNew(id: string): boolean {
    if (this.#seen.has(id)) return false;
    this.#seen.add(id);
    if (this.#seen.size > this.#remembers) {
      const [oldest] = this.#seen;
      if (oldest !== undefined) this.#seen.delete(oldest);
    }
    return true;
  }
}
