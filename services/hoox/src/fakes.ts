import { decode } from "#contracts/codec";
import type { Contract, Header } from "#contracts/envelope";
import { createProducer } from "#queues/producer";
import { bindingOf, queueNames, registry, type QueueName } from "#queues/registry";
import type { Fields, Log } from "#runtime/log";
import { createApp } from "./app.ts";
import type { GatewayDeps } from "./deps.ts";
import type { AcceptReply, AcceptRequest } from "./webhook/accept.ts";
import type { Clock, WorkerHealth } from "./webhook/ports.ts";
import { createStrategyReader } from "./strategies/read-strategy.ts";
import { createMinuteCount } from "./webhook/minute-count.ts";
import { createRefusalMemory } from "./webhook/refusal-memory.ts";
import { parseAddressList } from "./webhook/source-address.ts";

/** Time that moves only when a test says so. */
export class FakeClock implements Clock {
  #at: number;
  #timers: { due: number; ring: () => void }[] = [];

  constructor(start = new Date("2026-11-23T14:05:00.000Z")) {
    this.#at = start.getTime();
  }

  now(): Date {
    return new Date(this.#at);
  }

  timer(milliseconds: number): { done: Promise<void>; cancel: () => void } {
    let entry: { due: number; ring: () => void } | undefined;
    const done = new Promise<void>((resolve) => {
      entry = { due: this.#at + milliseconds, ring: resolve };
      // A pause that only lets the answer leave first passes by itself.
      if (milliseconds < 10) resolve();
      else this.#timers.push(entry);
    });
    return { done, cancel: () => void (this.#timers = this.#timers.filter((each) => each !== entry)) };
  }

  /** Once somebody waits for a timer: moves to the earliest one. */
  async advanceToNextTimer(): Promise<void> {
    await until(() => this.#timers.length > 0);
    const [next] = this.#timers.toSorted((a, b) => a.due - b.due);
    this.#timers = this.#timers.filter((each) => each !== next);
    this.#at = next?.due ?? this.#at;
    next?.ring();
  }

  advance(milliseconds: number): void {
    this.#at += milliseconds;
  }
}

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setImmediate(resolve));
}

type LedgerAnswer = "accept" | "hang" | Error | AcceptReply | { garbage: unknown };

/** Answers each try with the next of `answers`, then accepts. */
export class FakeLedger {
  readonly asked: AcceptRequest[] = [];
  readonly stubs: string[] = [];
  answers: LedgerAnswer[] = [];
  hint = true;

  stub(name: string): { accept: (request: AcceptRequest) => Promise<AcceptReply> } {
    this.stubs.push(name);
    return { accept: (request) => this.#accept(request) };
  }

  async #accept(request: AcceptRequest): Promise<AcceptReply> {
    this.asked.push(request);
    const answer = this.answers.shift() ?? "accept";
    if (answer === "hang") return new Promise(() => undefined);
    if (answer instanceof Error) throw answer;
    // A ledger of another version may answer anything.
    if (typeof answer === "object" && "garbage" in answer) return answer.garbage as AcceptReply;
    if (typeof answer === "object") return answer;
    const at = new Date("2026-11-23T14:05:00.000Z");
    const { requestId } = request.signal;
    return { status: "accepted", requestId, seq: this.asked.length, hint: this.hint, acceptedAt: at, validUntil: at };
  }
}

/** KV: what stands in it, how often it was asked, and whether it answers. */
export class FakeConfig {
  readonly values = new Map<string, string>();
  reads = 0;
  trouble: "hang" | Error | undefined;

  async get(key: string): Promise<string | null> {
    this.reads += 1;
    if (this.trouble === "hang") return new Promise(() => undefined);
    if (this.trouble) throw this.trouble;
    return this.values.get(key) ?? null;
  }
}

export interface FakeOptions {
  keys?: string;
  sources?: string;
  operators?: string;
  defaults?: GatewayDeps["defaults"];
  alertsAllowed?: number;
  wrongKeysAllowed?: number;
  health?: WorkerHealth;
  neighbours?: Partial<Record<keyof GatewayDeps["neighbours"], (request: Request) => Promise<Response>>>;
  failingQueues?: readonly QueueName[];
  deps?: () => GatewayDeps;
}

export const KEY = "webhook-key-of-the-trader";
export const OPERATOR_KEY = "operator-key-of-the-trader";
export const ALERT = { apiKey: KEY, exchange: "paper", symbol: "BTCUSDT", action: "buy", quantity: "0.001" };

/** The whole gateway over fakes; what it publishes is read back from the wire. */
export function fakeGateway(options: FakeOptions = {}) {
  const clock = new FakeClock();
  const ledger = new FakeLedger();
  const config = new FakeConfig();
  const sent: { queue: QueueName; message: Header & { data: unknown } }[] = [];
  const lines: { severity: string; event: string; message: string; fields: Fields }[] = [];
  const background: Promise<unknown>[] = [];
  const log: Log = Object.assign(
    (severity: string, event: string, message: string, fields: Fields = {}) =>
      void lines.push({ severity, event, message, fields }),
    { for: () => log },
  );
  const healthy = async (): Promise<Response> => Response.json({});
  const deps: GatewayDeps = {
    clock,
    producer: createProducer({
      source: "hoox",
      env: queueBindings(sent, options.failingQueues ?? []),
      now: () => clock.now(),
    }),
    logs: { log, flush: async () => undefined },
    version: "test",
    caller: { self: "hoox", internalKey: "internal-key" },
    neighbours: {
      "ledger-worker": { fetch: options.neighbours?.["ledger-worker"] ?? healthy },
      "ops-worker": { fetch: options.neighbours?.["ops-worker"] ?? healthy },
      "telegram-worker": { fetch: options.neighbours?.["telegram-worker"] ?? healthy },
    },
    webhookKeys: options.keys ?? KEY,
    operatorKey: OPERATOR_KEY,
    defaults: options.defaults ?? { account: "main", venue: "paper" },
    strategy: createStrategyReader(config, clock),
    emailDomains: ["tradingview.com"],
    sources: parseAddressList(options.sources ?? ""),
    operatorIps: options.operators ?? "",
    refusalRate: counting(options.wrongKeysAllowed ?? 1_000),
    alertRate: async (key) => (await allowed.limit({ key })).success,
    entryCount: createMinuteCount(clock),
    ledger: (name) => ledger.stub(name),
    healthOf: async () => options.health ?? { status: "ok" },
    refusals: createRefusalMemory(),
  };
  const allowed = counting(options.alertsAllowed ?? 1_000);
  const app = createApp(options.deps ?? (() => deps));
  const context = {
    waitUntil: (work: Promise<unknown>) => void background.push(work),
    passThroughOnException: () => undefined,
    props: {},
  };

  async function fetch(path: string, init: RequestInit = {}): Promise<Response> {
    return app.fetch(new Request(`https://hoox.example${path}`, init), {}, context);
  }
  return {
    clock,
    ledger,
    config,
    lines,
    fetch,
    deps,
    /** Posts an alert: an object as JSON, a text as it is. */
    post: (body: object | string, headers: Record<string, string> = {}, path = "/webhook") =>
      fetch(path, { method: "POST", body: typeof body === "string" ? body : JSON.stringify(body), headers }),
    /** Everything published so far, once the background work is done. */
    async published(): Promise<typeof sent> {
      await Promise.all(background);
      return sent;
    },
  };
}

function counting(limit: number): { limit: (of: { key: string }) => Promise<{ success: boolean }> } {
  const counts = new Map<string, number>();
  return {
    async limit({ key }) {
      const count = (counts.get(key) ?? 0) + 1;
      counts.set(key, count);
      return { success: count <= limit };
    },
  };
}

function queueBindings(
  sent: { queue: QueueName; message: Header & { data: unknown } }[],
  failing: readonly QueueName[],
): object {
  return Object.fromEntries(
    queueNames.map((queue) => {
      const contracts: readonly Contract[] = registry[queue].contracts;
      const send = async (body: unknown): Promise<void> => {
        if (failing.includes(queue)) throw new Error(`${queue} is overloaded`);
        sent.push({ queue, message: decode(contracts, body) });
      };
      return [
        bindingOf(queue),
        {
          send,
          sendBatch: async (all: { body: unknown }[]) => void (await Promise.all(all.map((each) => send(each.body)))),
        },
      ];
    }),
  );
}

/** The JSON body of an error answer. */
export async function errorOf(
  response: Response,
): Promise<{ requestId: string; error: { code: string; message: string; hint?: string } }> {
  // Only used on answers of the gateway itself, whose shape the tests assert.
  return (await response.json()) as { requestId: string; error: { code: string; message: string; hint?: string } };
}
