import { encode } from "#contracts/codec";
import type { Worker } from "#contracts/ids";
import type { JudgedLetter } from "#contracts/letter-view";
import type { Assessment } from "#contracts/revival";
import { queueSampled } from "#contracts/record";
import type { LetterSelection, ReplayItem, ReplayJob } from "#contracts/replay";
import type { Route } from "#contracts/routes/route";
import { bindingOf, deadLetterQueueOf, queueNames } from "#queues/registry";
import { FakeLetterDatabase } from "../../../../tooling/fakes/letter-database.ts";
import { MemorySql } from "../../../../tooling/fakes/memory-sql.ts";
import {
  FakeDeepQueue,
  FakeKillSwitch,
  FakeKv,
  FakeLedger,
  FakeWorker,
} from "../../../../tooling/fakes/ops-bindings.ts";
import { createDeps, type OpsDeps } from "../deps.ts";
import { createApp } from "../http.ts";
import type { Database } from "../neighbour.ts";
import { reopenLost } from "../replays/lost.ts";
import { createReplayHost, type ReplayHost } from "../replays/replay-host.ts";
import type { ReplaySettings } from "../replays/settings.ts";

export const LEDGER = "main:paper";
const START = Date.parse("2026-11-24T12:00:00.000Z");
const WORKERS: readonly Worker[] = ["ledger-worker", "d1-worker", "telegram-worker", "trade-worker"];

/** Which call across a border is the last one that is answered, or the last one that is made. */
export interface Death {
  call: number;
  /** Before the other side hears of it, or after it has done what it was asked. */
  when: "before" | "after";
}

/** ops-worker's replays on fakes: a clock that a test moves, an alarm that rings when its time has come. */
export class ReplayDesk {
  readonly database = new FakeLetterDatabase();
  readonly ledger = new FakeLedger(LEDGER);
  readonly queues = new Map(
    [...queueNames, ...queueNames.map(deadLetterQueueOf)].map((name) => [bindingOf(name), new FakeDeepQueue()]),
  );
  readonly versions = new Map<Worker, string>(WORKERS.map((worker) => [worker, "v1"]));
  readonly log: { event: string; message: string }[] = [];
  /** What happens beside each turn: messages are consumed, say. */
  meanwhile: () => void = () => undefined;
  calls = 0;
  death: Death | undefined;
  /** How many alarms ring where one would. */
  alarmsAtOnce = 1;
  readonly #pauses = new Set<{ at: number }>();
  readonly #sql = new MemorySql();
  readonly #settings: Partial<ReplaySettings>;
  #now = START;
  #alarm: number | undefined;
  #host: ReplayHost;
  #dead: (() => void) | undefined;

  constructor(settings: Partial<ReplaySettings> = {}) {
    this.#settings = settings;
    this.database.now = () => this.now;
    this.#host = this.#start();
  }

  get now(): Date {
    return new Date(this.#now);
  }

  queue(name: Parameters<typeof bindingOf>[0]): FakeDeepQueue {
    const queue = this.queues.get(bindingOf(name));
    if (!queue) throw new Error(`no queue ${name}`);
    return queue;
  }

  pass(milliseconds: number): void {
    this.#now += milliseconds;
  }

  /** A letter of `records`, whose message can be sent again. */
  record(id: string, letter: Partial<JudgedLetter> = {}): void {
    const message = {
      v: 1,
      id,
      type: "queue.sampled" as const,
      requestId: requestIdOf(id),
      causationId: id,
      source: "ops-worker" as const,
      occurredAt: this.now,
      generation: 0,
      data: { queue: "records", backlogCount: 1, backlogBytes: 1, sampledAt: this.now },
    };
    const sent = encode(queueSampled, message);
    this.database.add(
      { id, request_id: requestIdOf(id), queue: "records", ...letter },
      JSON.parse(JSON.stringify(sent)),
    );
  }

  /** A letter of a parked signal. */
  signal(id: string, of: { letter?: Partial<JudgedLetter>; signal?: Partial<Assessment> } = {}): string {
    const requestId = requestIdOf(id);
    const queue = "trade-signals";
    const letter = {
      class: "bug" as const,
      parked_by: "ledger-worker",
      worker_version: "v0",
      fingerprint: "f-signals",
    };
    this.database.add({
      id,
      request_id: requestId,
      queue,
      ledger: LEDGER,
      effective: "unknown",
      ...letter,
      ...of.letter,
    });
    this.ledger.assessments.set(requestId, {
      requestId,
      state: "parked",
      lane: `${LEDGER}:BTCUSDT`,
      uncertainLegs: [],
      generation: 0,
      validUntil: new Date(START + 900_000),
      ...of.signal,
    });
    return requestId;
  }

  /** Calls a route of the operator API. */
  async ops(method: string, path: string, body?: unknown): Promise<{ status: number; body: unknown }> {
    const headers = { "X-Internal-Auth-Key": "inner", Authorization: "Bearer new" };
    const request = new Request(`https://internal${path}`, {
      method,
      headers,
      ...(body ? { body: JSON.stringify(body) } : {}),
    });
    const response = await createApp({ ...this.#deps(), replays: () => this.#host }).fetch(request);
    return { status: response.status, body: await response.json() };
  }

  async replay(body: LetterSelection & Record<string, unknown> = { all: true }): Promise<ReplayJob> {
    const answer = await this.ops("POST", "/ops/replays", body);
    if (answer.status !== 200) throw new Error(JSON.stringify(answer.body));
    return (answer.body as { replay: ReplayJob }).replay;
  }

  /** What the cron does each minute for replays. */
  async minute(): Promise<void> {
    await reopenLost(this.now, this.#deps());
    await this.#host.poke();
  }

  async show(id: string): Promise<{ replay: ReplayJob; items: ReplayItem[] }> {
    const shown = await this.#host.show({ v: 1, id, after: 0, limit: 1_000 });
    if (!shown) throw new Error(`no replay ${id}`);
    return shown;
  }

  /** Rings the alarm, moving the clock to it, until none is set or `enough`. A death is followed by a new start. */
  async ring(enough: () => Promise<boolean> = async () => false): Promise<void> {
    for (let turn = 0; turn < 2_000; turn += 1) {
      if (await enough()) return;
      if (this.#alarm === undefined) return;
      this.#now = Math.max(this.#now, this.#alarm);
      this.#alarm = undefined;
      const died = new Promise<"died">((resolve) => (this.#dead = () => resolve("died")));
      const alarms = Array.from({ length: this.alarmsAtOnce }, () => this.#host.alarm());
      if ((await Promise.race([Promise.all(alarms), died])) === "died") {
        // As on the platform, an alarm that did not end rings again.
        this.#alarm ??= this.#now + 2_000;
        this.#host = this.#start();
      }
      this.meanwhile();
    }
    throw new Error("the alarm never came to rest");
  }

  async state(id: string): Promise<string> {
    return (await this.show(id)).replay.state;
  }

  #start(): ReplayHost {
    return createReplayHost({
      sql: this.#sql,
      deps: this.#deps(),
      setAlarm: (at) => (this.#alarm = at?.getTime()),
    });
  }

  #deps(): OpsDeps {
    const killSwitch = new FakeKillSwitch();
    killSwitch.names.add(LEDGER);
    const health = (worker: Worker) =>
      new FakeWorker({
        "/health": () => ({ worker, status: "ok", version: this.versions.get(worker), dependencies: [] }),
      });
    const queues = [...this.queues].map(([name, queue]) => [
      name,
      {
        send: (body: unknown) => this.#cross(async () => queue.send(body)),
        sendBatch: (bodies: Iterable<{ body: unknown }>) => this.#cross(async () => queue.sendBatch(bodies)),
        metrics: () => this.#cross(async () => queue.metrics()),
      },
    ]);
    const { ops } = createDeps({
      ...Object.fromEntries(queues),
      LEDGER_WORKER: health("ledger-worker"),
      D1_WORKER: health("d1-worker"),
      TELEGRAM_WORKER: health("telegram-worker"),
      TRADE_WORKER: health("trade-worker"),
      ACCOUNT_LEDGER: { getByName: () => this.ledger },
      KILL_SWITCH: { getByName: () => killSwitch },
      REPLAY_JOBS: { getByName: () => this.#host },
      QUEUE_WATCH: { getByName: () => ({}) },
      REPLAY_SETTINGS: JSON.stringify(this.#settings),
      CONFIG: new FakeKv(),
      WRONG_KEY_RATE: { limit: async () => ({ success: true }) },
      INTERNAL_KEY_BINDING: "inner",
      OPERATOR_KEY_BINDING: "new",
      VERSION: { id: "v1" },
    });
    const ask = (route: Route, call: { body?: unknown }) => this.#cross(async () => this.database.ask(route, call));
    const log = Object.assign(
      (_severity: string, event: string, message: string) => void this.log.push({ event, message }),
      { for: () => log },
    ) as unknown as OpsDeps["log"];
    const ledger = Object.assign(Object.create(this.ledger) as FakeLedger, {
      assess: (request: Parameters<FakeLedger["assess"]>[0]) => this.#cross(() => this.ledger.assess(request)),
      revive: (request: Parameters<FakeLedger["revive"]>[0]) => this.#cross(() => this.ledger.revive(request)),
    });
    // The fake database answers by the rows that its caller names.
    return {
      ...ops,
      log,
      ledger: () => ledger,
      database: { ask } as Database,
      now: () => this.now,
      pauseUntil: (at) => this.#pauseUntil(at.getTime()),
      timeoutMs: 1_000_000,
    };
  }

  /** Those who pause go on in the order of their times, each when the one before has done what it does at once. */
  async #pauseUntil(at: number): Promise<void> {
    if (at <= this.#now) return;
    const pause = { at };
    this.#pauses.add(pause);
    do await new Promise((resolve) => setImmediate(resolve));
    while ([...this.#pauses].some((each) => each.at < at));
    this.#pauses.delete(pause);
    this.#now = Math.max(this.#now, at);
  }

  /** Every call across a border, so that a death can stand between any two. */
  async #cross<T>(work: () => Promise<T>): Promise<T> {
    this.calls += 1;
    const dies = this.death?.call === this.calls ? this.death.when : undefined;
    const over = new Promise<never>(() => undefined);
    if (dies === "before") return (this.#dead?.(), over);
    const answer = await work();
    if (dies === "after") return (this.#dead?.(), over);
    return answer;
  }
}

/** A UUIDv4 of a letter's name. */
export function requestIdOf(name: string): string {
  const hex = Array.from(new TextEncoder().encode(name), (byte) => byte.toString(16))
    .join("")
    .slice(-12)
    .padStart(12, "0");
  return `00000000-0000-4000-8000-${hex}`;
}
