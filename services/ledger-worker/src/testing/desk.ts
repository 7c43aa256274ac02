import { decode } from "#contracts/codec";
import { letterParked } from "#contracts/dead-letter";
import type { Contract, MessageOf } from "#contracts/envelope";
import { clientOrderId } from "#contracts/ids";
import type { AllowedNow, AttemptReply, ClaimReply, Evidence, SendingReply, Task, VenueFacts } from "#contracts/ledger";
import type { OrderRequest, VenueOrder } from "#contracts/order";
import type { Signal } from "#contracts/signal";
import { createProducer } from "#queues/producer";
import { queueNames, registry, type MessageOn } from "#queues/registry";
import { createLogBuffer } from "#runtime/log";
import { createLedgerHost, type LedgerHost } from "../ledger-host.ts";
import type { LedgerConfig } from "../ledger/ports.ts";
import { migrate } from "../ledger/schema.ts";
import { MemorySql } from "../../../../tooling/fakes/memory-sql.ts";

const contracts: Contract[] = [...queueNames.flatMap((queue) => [...registry[queue].contracts]), letterParked];

type Published =
  | MessageOn<"records">
  | MessageOn<"notifications">
  | MessageOn<"trade-signals">
  | MessageOf<typeof letterParked>;
type Go = Extract<ClaimReply, { status: "go" }>;

/** A number of a signal in this test: 1 → a fixed UUID. */
export function id(number: number): string {
  return `00000000-0000-4000-8000-${String(number).padStart(12, "0")}`;
}

let image: Uint8Array | undefined;

/** A storage that a ledger of this version has made. */
function migrated(): Uint8Array {
  if (image !== undefined) return image;
  const sql = new MemorySql();
  migrate(sql);
  image = sql.database.serialize();
  return image;
}

/** A ledger on an in-memory storage, with a clock and queues that a test moves and reads. */
export class Desk {
  readonly sql: MemorySql;
  readonly registered: string[] = [];
  readonly published: Published[] = [];
  now = new Date("2026-11-01T09:00:00.000Z").getTime();
  alarmAt: number | undefined;
  alarms = 0;
  queuesDown = false;
  registerFails = false;
  /** What the venue says before each order. */
  facts: VenueFacts = {};
  /** What the account allows when an entry is sent; undefined: nobody asks, as an older trade-worker does. */
  allowed: AllowedNow | undefined;
  host: LedgerHost;
  readonly #config: LedgerConfig;
  readonly #background: Promise<void>[] = [];
  readonly #generations = new Map<number, number>();
  #ids = 0;

  constructor(config: Partial<LedgerConfig> = {}, sql = MemorySql.from(migrated())) {
    this.sql = sql;
    this.#config = {
      entryValidityMs: 60_000,
      exitValidityMs: 900_000,
      bodyKeyMs: 30_000,
      explicitKeyMs: 86_400_000,
      maxOutstandingHints: 8,
      limits: {},
      workerVersion: "test",
      ...config,
    };
    this.host = this.restart();
  }

  /** A new object on the same storage, as after an eviction or a deployment. */
  restart(config: Partial<LedgerConfig> = {}): LedgerHost {
    const take = async (body: unknown): Promise<void> => {
      if (this.queuesDown) throw new Error("Queue send failed");
      // Every contract decodes to one of the published kinds.
      this.published.push(decode(contracts, JSON.parse(JSON.stringify(body))) as Published);
    };
    const queue = {
      send: take,
      sendBatch: async (messages: Iterable<{ body: unknown }>) => {
        for (const { body } of messages) await take(body);
      },
    };
    const bindings = [
      "TRADE_SIGNALS_QUEUE",
      "RECORDS_QUEUE",
      "NOTIFICATIONS_QUEUE",
      "SYSTEM_LOGS_QUEUE",
      "TRADE_SIGNALS_DLQ",
    ];
    const producer = createProducer({
      source: "ledger-worker",
      env: Object.fromEntries(bindings.map((name) => [name, queue])),
      now: () => new Date(this.now),
    });
    this.host = createLedgerHost({
      sql: this.sql,
      config: { ...this.#config, ...config },
      producer,
      now: () => new Date(this.now),
      newId: () => `lease-${(this.#ids += 1)}`,
      setAlarm: (at) => {
        this.alarmAt = at?.getTime();
      },
      register: async (ledger) => {
        if (this.registerFails) throw new Error("the KillSwitch did not answer");
        this.registered.push(ledger);
      },
      background: (work) => void this.#background.push(work),
      log: createLogBuffer({ worker: "ledger-worker", producer, write: () => undefined }).log,
      pause: async () => undefined,
    });
    return this.host;
  }

  signal(number: number, over: Partial<Signal> = {}): Signal {
    return {
      requestId: id(number),
      strategy: "default",
      account: "main",
      venue: "paper",
      symbol: "BTCUSDT.P",
      action: "buy",
      quantity: "1",
      orderType: "market",
      price: "100",
      ...over,
    };
  }

  accept(number: number, over: Partial<Signal> = {}, key?: { value: string; source: "explicit" | "body" }) {
    const signal = this.signal(number, over);
    return this.host.accept({
      v: 1,
      ledger: "main:paper",
      signal,
      alertKey: key ?? { value: `body-${number}`, source: "body" },
    });
  }

  claim(
    number: number,
    over: { generation?: number; purpose?: "execute" | "watch"; workerVersion?: string } = {},
  ): Promise<ClaimReply> {
    return this.host.claim({ v: 1, requestId: id(number), generation: 0, purpose: "execute", ...over });
  }

  /** Claims what must be claimable, in the life that it lives. */
  async go(number: number, purpose: "execute" | "watch" = "execute"): Promise<Go> {
    const reply = await this.claim(number, { generation: this.#generations.get(number) ?? 0, purpose });
    if (reply.status !== "go") throw new Error(`signal ${number} was not handed out: ${JSON.stringify(reply)}`);
    return reply;
  }

  sending(number: number, leg: string, lease: string, ...evidence: Evidence[]): Promise<SendingReply> {
    const accountLimits = leg === "e" ? this.allowed : undefined;
    return this.host.sending({ v: 1, requestId: id(number), leg, lease, evidence, ...this.facts, accountLimits });
  }

  /** Permission that must be given; answers the order to place. */
  async send(number: number, leg: string, lease: string, ...evidence: Evidence[]): Promise<OrderRequest> {
    const reply = await this.sending(number, leg, lease, ...evidence);
    if (reply.status !== "go")
      throw new Error(`leg ${leg} of signal ${number} may not be sent: ${JSON.stringify(reply)}`);
    return reply.order;
  }

  settle(number: number, lease: string, ...evidence: Evidence[]): Promise<AttemptReply> {
    return this.host.settle({ v: 1, requestId: id(number), lease, evidence });
  }

  evidence(number: number, leg: string, answer: Evidence["answer"]): Evidence {
    return { clientOrderId: clientOrderId({ requestId: id(number), leg }), at: new Date(this.now), answer };
  }

  order(number: number, leg: string, over: Partial<VenueOrder> = {}): Evidence {
    const order: VenueOrder = {
      clientOrderId: clientOrderId({ requestId: id(number), leg }),
      venueOrderId: `v-${number}-${leg}`,
      status: "filled",
      quantity: "1",
      filledQuantity: "1",
      averagePrice: "100",
      fee: "0",
      updatedAt: new Date(this.now),
      ...over,
    };
    return this.evidence(number, leg, { kind: "order", order });
  }

  /** One whole attempt in which the venue answers every placed leg as `answers` says, in full at 100 by default. */
  async attempt(
    number: number,
    answers: Readonly<Record<string, Partial<VenueOrder> | Evidence["answer"]>> = {},
    purpose: "execute" | "watch" = "execute",
  ): Promise<{ tasks: Task[]; orders: OrderRequest[]; stops: string[]; end: AttemptReply }> {
    const { lease, tasks } = await this.go(number, purpose);
    const orders: OrderRequest[] = [];
    const stops: string[] = [];
    let evidence: Evidence[] = [];
    for (const { do: what, leg } of tasks) {
      if (what !== "place") continue;
      const reply = await this.sending(number, leg, lease, ...evidence);
      evidence = [];
      if (reply.status !== "go") {
        stops.push(reply.status === "stop" ? reply.reason : reply.status);
        continue;
      }
      orders.push(reply.order);
      const answer = answers[leg] ?? {};
      const { quantity } = reply.order;
      evidence = [
        "kind" in answer
          ? this.evidence(number, leg, answer)
          : this.order(number, leg, { quantity, filledQuantity: quantity, ...answer }),
      ];
    }
    return { tasks, orders, stops, end: await this.settle(number, lease, ...evidence) };
  }

  /** Three attempts that end in a bug of ours, so that a signal of which nothing was sent is parked. */
  async park(number: number): Promise<void> {
    for (let times = 0; times < 3; times += 1) {
      const { lease } = await this.go(number);
      const failure = { error: "TypeError", reason: "x is undefined" };
      await this.host.fail({ v: 1, requestId: id(number), lease, evidence: [], ...failure });
      this.now += 5_000;
    }
  }

  async assess(number: number) {
    const [letter] = (await this.host.assess({ v: 1, requestIds: [id(number)] })).letters;
    if (!letter) throw new Error(`nothing was said of signal ${number}`);
    return letter;
  }

  /** The replay of a signal's letter as it stands now. */
  async revive(number: number, over: Partial<Parameters<LedgerHost["revive"]>[0]> = {}) {
    const { generation } = await this.assess(number);
    const said = { replayId: "replay-1", force: [], reason: "the bug is fixed", by: "cli" };
    const reply = await this.host.revive({ v: 1, requestId: id(number), generation, ...said, ...over });
    if (reply.status === "revived") this.#generations.set(number, reply.generation);
    return reply;
  }

  async discard(number: number, generation = 0) {
    return this.host.discard({ v: 1, requestId: id(number), generation, reason: "too late", by: "cli" });
  }

  /** Accepts and fills an entry, so that a position is open. */
  async open(number: number, over: Partial<Signal> = {}, order: Partial<VenueOrder> = {}): Promise<void> {
    await this.accept(number, over);
    await this.attempt(number, { e: order });
  }

  /** Moves the clock, firing the alarm whenever it is due on the way. */
  async advance(ms: number): Promise<void> {
    const until = this.now + ms;
    while (this.alarmAt !== undefined && this.alarmAt <= until) {
      this.now = Math.max(this.now, this.alarmAt);
      this.alarmAt = undefined;
      this.alarms += 1;
      await this.host.alarm();
      await this.idle();
    }
    this.now = until;
  }

  /** Waits for what runs in the background. */
  async idle(): Promise<void> {
    while (this.#background.length > 0) await Promise.all(this.#background.splice(0));
  }

  async view(number: number) {
    const view = await this.host.find({ v: 1, requestId: id(number) });
    if (!view) throw new Error(`signal ${number} is not known`);
    return view;
  }

  async leg(number: number, leg: string) {
    const found = (await this.view(number)).legs.find((each) => each.leg === leg);
    if (!found) throw new Error(`signal ${number} has no leg ${leg}`);
    return found;
  }

  async position(symbol = "BTCUSDT.P") {
    return (await this.host.status()).positions.find((each) => each.symbol === symbol);
  }

  /** Published messages of one type, each once. */
  async all<T extends Published["type"]>(type: T): Promise<Extract<Published, { type: T }>[]> {
    await this.idle();
    const known = new Map(this.published.map((message) => [message.id, message]));
    return [...known.values()].filter((message): message is Extract<Published, { type: T }> => message.type === type);
  }

  /** Numbers of the signals hinted since the last call. */
  async hints(purpose: "execute" | "watch" = "execute"): Promise<number[]> {
    const hints = (await this.all("signal.hinted")).filter((message) => message.data.purpose === purpose);
    for (const hint of hints) this.published.splice(this.published.indexOf(hint), 1);
    return hints.map((message) => Number(message.requestId.slice(-12)));
  }

  async titles(): Promise<string[]> {
    return (await this.all("notification.requested")).map((message) => message.data.title);
  }

  async confirmAll(): Promise<void> {
    await this.idle();
    const ids = this.sql.exec<{ id: string }>("SELECT id FROM outbox").map((row) => row.id);
    await this.host.confirm({ v: 1, ids });
  }
}
