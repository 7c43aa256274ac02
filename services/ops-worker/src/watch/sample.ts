/** What one minute showed. Times are milliseconds: a sample is kept as JSON. */
export interface Sample {
  at: number;
  /** A look between two minutes, at the ledgers alone. */
  between?: boolean | undefined;
  queues: QueueReading[];
  /** Those that could be asked. */
  ledgers: LedgerReading[];
  /** Some could not, or nobody knows which there are. */
  incomplete?: boolean | undefined;
  /** Absent when nobody asked. */
  holdings?: HoldingsReading | undefined;
  /** Absent when nobody asked, or nobody knows which keys there are. */
  unknownKeys?: UnknownKeys | undefined;
  /** What the database says; absent when it could not be asked. */
  facts?: Facts | undefined;
}

export interface QueueReading {
  queue: string;
  backlog: number;
  bytes: number;
  oldestAt?: number | undefined;
}

export interface LedgerReading {
  ledger: string;
  accepted: number;
  /** Signals whose turn has come, and those that expired before it did. */
  taken: number;
  expired: number;
  waiting: number;
  deferred: number;
  inDoubt: number;
  oldestAt?: number | undefined;
  lanes: LaneReading[];
}

/** A lane in which signals wait. */
export interface LaneReading {
  symbol: string;
  taken: number;
  waiting: number;
  oldestAt: number;
  /** When they expire, in their order; of very many, the first. */
  validUntil: number[];
}

/** What exchanges hold beside what their ledgers know of. What is in none of its lists is not known. */
export interface HoldingsReading {
  drifts: Drift[];
  /** `ledger symbol`. */
  agreeing: string[];
  /** Ledgers whose exchange has said everything that it holds: what of them is not in `drifts` agrees. */
  listed: string[];
  /** Ledgers that hold something of which their exchange said nothing, and why; and those of which all was compared. */
  unseen?: { ledger: string; why: string }[] | undefined;
  seen?: string[] | undefined;
}

/** Keys of which it could not be asked what they may do at their exchange, and why. */
export type UnknownKeys = { ledger: string; why: string }[];

export interface Drift {
  /** `ledger symbol`. */
  name: string;
  there: string;
  /** Absent when the ledger does not know the symbol. */
  here?: string | undefined;
  /** Of a spot coin, of which too little is there: the pairs whose positions share it, and `here` is their sum. */
  coin?: { asset?: string | undefined; pairs: string[] } | undefined;
}

export interface Facts {
  /** The newest minute whose sample has come through `records` into the database. */
  storedAt?: number | undefined;
  /** Open letters that the platform itself gave up. */
  unexplained: number;
  /** Of the last quarter of an hour. */
  acknowledgement: { count: number; p99Ms: number };
  /** How long a strategy has been silent, in times of its usual longest silence. */
  silences: { strategy: string; times: number }[];
}
