/** A promise about speed, size or cost. `aim` is what we would like; only `limit` decides. */
export interface Bar {
  readonly limit: number;
  readonly better: "lower" | "higher";
  readonly aim?: number;
}

export interface Figure {
  readonly name: string;
  readonly value: number;
  readonly unit: string;
  /** Absent for a figure that is printed only. */
  readonly bar?: Bar;
  readonly samples: number;
  /** How it was taken, when the name does not say it all. */
  readonly note?: string;
}

export type Verdict = "met" | "missed" | "printed";

export interface Context {
  /** Fewer samples: to see that the bench works, not to quote from. */
  readonly quick: boolean;
  readonly progress: (text: string) => void;
}

/** One file of `measures/`. Throws when it cannot measure; a missed bar is no error. */
export interface Measure {
  readonly name: string;
  readonly what: string;
  readonly run: (context: Context) => Promise<Figure[]>;
}

export function verdictOf({ bar, value }: Figure): Verdict {
  if (bar === undefined) return "printed";
  // NaN meets nothing.
  const met = bar.better === "lower" ? value <= bar.limit : value >= bar.limit;
  return met ? "met" : "missed";
}
