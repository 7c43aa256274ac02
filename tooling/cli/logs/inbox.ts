/** Where several sources put what one reader takes. */
export class Inbox<T> {
  #items: T[] = [];
  #ended = false;
  #dropped = 0;
  #changed = Promise.withResolvers<void>();
  readonly #limit: number;

  /** More than `limit` that nobody has taken yet is too much. */
  constructor(limit: number) {
    this.#limit = limit;
  }

  /** For a source that cannot wait: of too much, the oldest is dropped. */
  push(items: readonly T[]): void {
    this.#items.push(...items);
    const surplus = this.#items.length - this.#limit;
    if (surplus > 0) {
      this.#items.splice(0, surplus);
      this.#dropped += surplus;
    }
    this.#tell();
  }

  /** For a source that can: waits until the reader has taken what was there. */
  async put(items: readonly T[]): Promise<void> {
    while (this.#items.length > 0 && this.#items.length + items.length > this.#limit && !this.#ended)
      await this.#changed.promise;
    this.push(items);
  }

  end(): void {
    this.#ended = true;
    this.#tell();
  }

  /** Resolves when there is something, or nothing more will come: then with false. */
  async filled(): Promise<boolean> {
    while (this.#items.length === 0 && !this.#ended) await this.#changed.promise;
    return this.#items.length > 0;
  }

  take(): { items: T[]; dropped: number } {
    const taken = { items: this.#items, dropped: this.#dropped };
    this.#items = [];
    this.#dropped = 0;
    this.#tell();
    return taken;
  }

  #tell(): void {
    this.#changed.resolve();
    this.#changed = Promise.withResolvers();
  }
}
