/** A seeded stream of numbers (sfc32). Equal seeds and labels give equal streams on every machine. */
export class Random {
  readonly label: string;
  readonly #seed: number;
  #a: number;
  #b: number;
  #c: number;
  #counter = 1;

  constructor(seed: number, label = "") {
    this.#seed = seed;
    this.label = label;
    this.#a = hash(`${label}/a`) ^ (seed >>> 0);
    this.#b = hash(`${label}/b`) ^ Math.imul(seed, 0x9e3779b1);
    this.#c = hash(`${label}/c`) ^ Math.floor(seed / 2 ** 32);
    for (let warmUp = 0; warmUp < 12; warmUp += 1) this.#next();
  }

  /** Another stream of the same seed: drawing from one never shifts the other. */
  stream(label: string): Random {
    return new Random(this.#seed, label);
  }

  /** In [0, 1). */
  fraction(): number {
    return this.#next() / 2 ** 32;
  }

  chance(probability: number): boolean {
    return probability > 0 && this.fraction() < probability;
  }

  /** Both ends included. */
  integer(from: number, to: number): number {
    return from + Math.floor(this.fraction() * (to - from + 1));
  }

  pick<T>(all: readonly [T, ...T[]]): T {
    return all[this.integer(0, all.length - 1)] ?? all[0];
  }

  /** Mostly near `from`, seldom near `to`: how long things take. */
  skewed(from: number, to: number): number {
    return Math.round(from + (to - from) * this.fraction() ** 4);
  }

  uuid(): `${string}-${string}-${string}-${string}-${string}` {
    const hex = [0, 1, 2, 3].map(() => this.#next().toString(16).padStart(8, "0")).join("");
    const variant = (8 + (parseInt(hex.charAt(16), 16) & 3)).toString(16);
    return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-${variant}${hex.slice(17, 20)}-${hex.slice(20)}`;
  }

  #next(): number {
    const sum = (((this.#a + this.#b) | 0) + this.#counter) | 0;
    this.#counter = (this.#counter + 1) | 0;
    this.#a = this.#b ^ (this.#b >>> 9);
    this.#b = (this.#c + (this.#c << 3)) | 0;
    this.#c = (((this.#c << 21) | (this.#c >>> 11)) + sum) | 0;
    return sum >>> 0;
  }
}

/**
 * The numbers of one occasion (a step, a message), the same whatever else happened before it: leaving one
 * fault out of a run leaves the others where they are (splitmix32).
 */
export class Dice {
  #state: number;

  /** `occasion` is its name's {@link hash}. */
  constructor(seed: number, occasion: number, count: number) {
    this.#state = (occasion ^ Math.imul(seed, 0x9e3779b1) ^ Math.imul(count, 0x85ebca6b)) | 0;
  }

  /** In [0, 1). */
  fraction(): number {
    this.#state = (this.#state + 0x9e3779b9) | 0;
    let mixed = Math.imul(this.#state ^ (this.#state >>> 16), 0x21f0aaad);
    mixed = Math.imul(mixed ^ (mixed >>> 15), 0x735a2d97);
    return ((mixed ^ (mixed >>> 15)) >>> 0) / 2 ** 32;
  }

  chance(probability: number): boolean {
    return this.fraction() < probability;
  }

  /** Both ends included. */
  integer(from: number, to: number): number {
    return from + Math.floor(this.fraction() * (to - from + 1));
  }

  /** Mostly near `from`, seldom near `to`. */
  skewed(from: number, to: number): number {
    return Math.round(from + (to - from) * this.fraction() ** 4);
  }
}

export function hash(text: string): number {
  let value = 0x811c9dc5;
  for (let index = 0; index < text.length; index += 1) value = Math.imul(value ^ text.charCodeAt(index), 0x01000193);
  return value >>> 0;
}
