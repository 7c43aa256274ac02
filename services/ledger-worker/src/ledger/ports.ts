import type { AccountLimits } from "#contracts/account-limits";
import type { LogSeverity } from "#contracts/log";
import type { Packed, Producer } from "#queues/producer";
import type { Sql, SqlValue } from "#runtime/sql";

export type { Sql, SqlValue };

export interface LedgerConfig {
  /** `account:venue`, when the platform knows it; otherwise the first accept says it. */
  name?: string | undefined;
  entryValidityMs: number;
  exitValidityMs: number;
  bodyKeyMs: number;
  explicitKeyMs: number;
  maxOutstandingHints: number;
  limits: AccountLimits | { invalid: string };
  workerVersion: string;
}

export interface LedgerPorts {
  sql: Sql;
  config: LedgerConfig;
  pack: Pick<Producer, "pack" | "packLetter">;
  now: () => Date;
  newId: () => string;
}

export interface Hint {
  requestId: string;
  generation: number;
  replayId?: string;
  purpose: "execute" | "watch";
}

export interface LogEntry {
  severity: LogSeverity;
  event: string;
  message: string;
  requestId?: string;
  fields?: Readonly<Record<string, unknown>>;
}

/** What a commit leaves to be done. Losing any of it is harmless: the alarm does it again. */
export interface Effects {
  messages: Packed[];
  hints: Hint[];
  log: LogEntry[];
  /** Milliseconds; the alarm must not be later than this. Infinity: no wish. */
  dueAt: number;
}

export interface Committed<Reply> {
  reply: Reply;
  effects: Effects;
}
