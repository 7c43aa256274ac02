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
  /** Where an exchange holds something else than its ledger knows of; absent when nobody knows, or nobody asked. */
  drifts?: string[] | undefined;
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
