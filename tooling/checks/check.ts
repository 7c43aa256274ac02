import type { Worker } from "#contracts/ids";
import type { Hands } from "./hands.ts";
import type { World } from "./world/world.ts";

/** `stops`: alerts are refused or not executed. `harms`: trading goes on, and something is late, lost or unseen. `odd`: worth a look. */
export const severities = ["stops", "harms", "odd"] as const;
export type Severity = (typeof severities)[number];

/** One thing that is not as it should be. */
export interface Finding {
  /** What is so. */
  what: string;
  /** What comes of it. */
  why: string;
  /** The thing itself, by its name: a Worker, a queue, a key. */
  which: string;
  /** The Worker that it concerns, for `repair worker`. */
  worker?: Worker;
  severity: Severity;
  /** The command that mends it, or that shows more. */
  next: string;
  mend?: Mend;
}

/** How one finding is mended. Two with the same plan are one step. */
export interface Mend {
  /** What will be done, as an order: "create queue records". */
  plan: string;
  do: (hands: Hands) => Promise<void>;
}

/** What a part of a check could not look at; everything else of it was looked at. */
export interface Unseen {
  /** The one Worker that it concerns. */
  worker?: Worker;
  why: string;
  next?: string;
}

export type Seen = { found: Finding } | { unseen: Unseen };

/** One kind of trouble: how it is seen, and with each finding how it is mended. */
export interface Check {
  id: string;
  /** Where there is something to look at. */
  places: readonly ("local" | "remote")[];
  /** Reads, changes nothing. Empty when all is well; a CliError when nothing could be looked at. */
  diagnose: (world: World) => Promise<Seen[]>;
}

export function found(finding: Finding): Seen {
  return { found: finding };
}
