import type { LedgerName } from "#contracts/ids";
import type { Producer } from "#queues/producer";
import type { Log } from "#runtime/log";
import type { Retention } from "./archive/retention.ts";
import type { Database } from "./database.ts";

/** The bucket of last resort; keys look like paths. */
export interface Archive {
  put(key: string, text: string): Promise<void>;
  get(key: string): Promise<string | undefined>;
  /** Throws when there is one by that name. */
  putBytes(key: string, bytes: Uint8Array): Promise<void>;
  getBytes(key: string): Promise<Uint8Array | undefined>;
  /** The first keys with this prefix, in order; those behind `after` when it is given. */
  list(prefix: string, page: { limit: number; after?: string | undefined }): Promise<string[]>;
  /** At most 1,000 at once. */
  delete(keys: string[]): Promise<void>;
}

export interface Deps {
  database: Database;
  archive: Archive;
  producer: Producer;
  confirm(ledger: LedgerName, ids: readonly string[]): Promise<void>;
  /** For lines that are stored. */
  log: Log;
  /** For lines about log lines and about silent letters, which must not beget others. */
  consoleLog: Log;
  flushLogs(options?: { afterMs?: number }): Promise<void>;
  internalKey: string;
  retention: Retention;
  version: string;
  now(): Date;
  sleep(ms: number): Promise<void>;
  /** 0 to 1, for the jitter of retries; the platform's own when absent. */
  random?: () => number;
}
