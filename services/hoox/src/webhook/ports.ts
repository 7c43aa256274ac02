import type { AccountLedgerRpc } from "#contracts/ledger";
import type { LedgerName, Worker } from "#contracts/ids";
import type { Producer } from "#queues/producer";
import type { LogBuffer } from "#runtime/log";
import type { AlertDefaults } from "../formats/canonical.ts";
import type { StrategyReader } from "../strategies/read-strategy.ts";
import type { AddressList } from "./source-address.ts";

/** The platform's rate-limit binding. */
export interface RateLimit {
  limit(of: { key: string }): Promise<{ success: boolean }>;
}

export interface Timer {
  readonly done: Promise<void>;
  cancel(): void;
}

export interface Clock {
  now(): Date;
  timer(milliseconds: number): Timer;
}

/** What a Worker's `/health` says about it, seen from here. */
export interface WorkerHealth {
  status: "ok" | "failing" | "not_deployed";
  detail?: string;
}

/** Everything the accept flow touches. The simulation brings its own. */
export interface WebhookPorts {
  readonly clock: Clock;
  readonly producer: Producer;
  readonly logs: LogBuffer;
  readonly webhookKeys: string;
  /** Where alerts go whose strategy does not say. */
  readonly defaults: Pick<AlertDefaults, "account" | "venue">;
  readonly strategy: StrategyReader;
  readonly sources: AddressList;
  /** Counts wrong keys by source. */
  readonly refusalRate: RateLimit;
  /** Counts alerts under a valid key; answers whether one more is allowed. */
  readonly alertRate: (key: string) => boolean | Promise<boolean>;
  /** Counts entries of a strategy in this minute, this one included. */
  readonly entryCount: (strategy: string) => number;
  /** A fresh stub with every call: one that is kept fails every later request. */
  readonly ledger: (name: LedgerName) => Pick<AccountLedgerRpc, "accept">;
  readonly healthOf: (worker: Worker) => Promise<WorkerHealth>;
  readonly refusals: RefusalMemory;
}

/** What an isolate remembers of refusals, so that a storm is told once. */
export interface RefusalMemory {
  /** True once per cause and window of five minutes. */
  firstOf(cause: string, window: number): boolean;
  /** Counts a refusal without a valid key; answers the count when it is worth a log line. */
  count(code: string, at: Date): number | undefined;
}

/** One request on its way. */
export interface Call {
  readonly requestId: string;
  /** Work that the answer does not wait for. */
  readonly background: (work: Promise<unknown>) => void;
}

/** A request whose key says whose it is. */
export interface StrategyCall extends Call {
  readonly strategy: string;
}
