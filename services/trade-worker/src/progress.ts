import { compare } from "#contracts/decimal";
import type { AccountLedgerRpc, Evidence, Task } from "#contracts/ledger";
import type { LogSeverity } from "#contracts/log";
import { redact } from "#queues/redact";
import type { Log } from "#runtime/log";
import type { AccountLimitsReader } from "./account-limits.ts";
import { millisecondsSince, within, type Clock } from "./clock.ts";
import type { KillSwitchReader } from "./kill-switch.ts";
import type { Venue } from "./venues/venue.ts";
import type { Work } from "./work.ts";

export type AttemptLedger = Pick<AccountLedgerRpc, "sending" | "settle" | "defer" | "fail">;

export interface AttemptPorts {
  /** Called anew for every RPC: a stub that failed once fails again. */
  ledger: () => AttemptLedger;
  venue: Venue;
  killSwitch: KillSwitchReader;
  accountLimits: AccountLimitsReader;
  clock: Clock;
  log: Log;
}

/** With {@link VENUE_TIMEOUT_MS} this ends an attempt within 25 s, inside the 30 s of waitUntil. */
const LAST_VENUE_CALL_MS = 16_000;
const VENUE_TIMEOUT_MS = 8_000;
const LEDGER_TIMEOUT_MS = 2_500;
/** What one request to the ledger may carry. */
const MAX_EVIDENCE = 40;

type Answer = Evidence["answer"];

const events: Readonly<Record<Answer["kind"], { severity: LogSeverity; event: string }>> = {
  order: { severity: "info", event: "order.seen" },
  absent: { severity: "info", event: "order.absent" },
  rejected: { severity: "warn", event: "order.rejected" },
  not_executed: { severity: "warn", event: "order.not_executed" },
  halted: { severity: "warn", event: "order.halted" },
  unknown: { severity: "error", event: "order.unknown" },
};

/** One attempt under way: what it learnt and has not delivered yet, and how much time it has left. */
export class Progress {
  readonly work: Work;
  readonly ports: AttemptPorts;
  readonly #startedAt: Date;
  #undelivered: Evidence[] = [];
  #hasNews = false;

  constructor(work: Work, ports: AttemptPorts) {
    this.work = work;
    this.ports = ports;
    this.#startedAt = ports.clock.now();
  }

  get undelivered(): Evidence[] {
    return [...this.#undelivered];
  }

  /** Whether anything was learnt that is worth lines: of a watch, which comes each minute, only what is new. */
  get hasNews(): boolean {
    return this.#hasNews;
  }

  get ms(): number {
    return millisecondsSince(this.ports.clock, this.#startedAt);
  }

  mayCallVenue(): boolean {
    return this.ms < LAST_VENUE_CALL_MS;
  }

  isFull(): boolean {
    return this.#undelivered.length >= MAX_EVIDENCE;
  }

  /** Keeps the evidence and writes the step's log line, unless a watch learnt nothing. */
  learn(task: Task, told: Answer, of: { since: Date; event?: string }): void {
    const { clock, log } = this.ports;
    // Venues quote what they were sent: a signature, or this account's key.
    const answer = "reason" in told ? { ...told, reason: redact(told.reason) } : told;
    // What may change is as old as the question: an order may have arrived, or filled, while the answer travelled.
    const mayChange = answer.kind === "absent" || (answer.kind === "order" && answer.order.status === "working");
    const at = mayChange ? of.since : clock.now();
    this.#undelivered.push({ clientOrderId: task.clientOrderId, at, answer });
    if (this.work.claim?.purpose === "watch" && !isNews(task, answer)) return;
    this.#hasNews = true;
    const { severity, event } = events[answer.kind];
    const { clientOrderId, symbol, leg, role } = task;
    const order = answer.kind === "order" ? answer.order : undefined;
    log(severity, of.event ?? event, describe(task, answer), {
      clientOrderId,
      symbol,
      leg,
      role,
      ms: millisecondsSince(clock, of.since),
      ...(order && {
        venueOrderId: order.venueOrderId,
        status: order.status,
        quantity: order.quantity,
        filledQuantity: order.filledQuantity,
        averagePrice: order.averagePrice,
      }),
    });
  }

  delivered(evidence: readonly Evidence[]): void {
    this.#undelivered = this.#undelivered.filter((each) => !evidence.includes(each));
  }

  /** Throws TimedOut when the venue does not answer; what was asked may still happen. */
  async askVenue<T>(question: (venue: Venue) => Promise<T>): Promise<T> {
    const { clock, venue } = this.ports;
    const { venue: name } = this.work.signal;
    return within(clock, { ms: VENUE_TIMEOUT_MS, who: `the venue ${name}` }, question(venue));
  }

  /** Once more on a fresh stub when it fails: every RPC of the ledger is safe to call twice. */
  async askLedger<T>(question: (ledger: AttemptLedger) => Promise<T>): Promise<T> {
    const { clock, ledger } = this.ports;
    const limit = { ms: LEDGER_TIMEOUT_MS, who: `ledger ${this.work.ledger}` };
    try {
      return await within(clock, limit, question(ledger()));
    } catch {
      return within(clock, limit, question(ledger()));
    }
  }
}

function isNews({ known }: Task, answer: Answer): boolean {
  if (known === undefined || answer.kind !== "order") return true;
  const { status, filledQuantity } = answer.order;
  return status !== known.status || compare(filledQuantity, known.filledQuantity) !== 0;
}

function describe(task: Task, answer: Answer): string {
  const what = `${task.role} ${task.symbol}`;
  switch (answer.kind) {
    case "order":
      return `${what} is ${answer.order.status} at the venue`;
    case "absent":
      return `${what} is not known to the venue`;
    case "rejected":
    case "not_executed":
    case "halted":
    case "unknown":
      return `${what}: ${answer.reason}`;
    default:
      return answer satisfies never;
  }
}
