import { limitsEntry, type AccountLimits } from "#contracts/account-limits";
import { ledgerOf } from "#contracts/ids";
import { KILL_SWITCH_KEYS, type KillSwitchMode } from "#contracts/kill-switch";
import type { AccountLedgerRpc } from "#contracts/ledger";
import { createProducer } from "#queues/producer";
import { isQueueName, registry, type QueueName } from "#queues/registry";
import { depsOf } from "../../../services/d1-worker/src/deps.ts";
import { restoreLetters } from "../../../services/d1-worker/src/handlers/restore-letters.ts";
import { answerHttp } from "../../../services/d1-worker/src/handlers/http.ts";
import { consumeBatch } from "../../../services/d1-worker/src/handlers/queues.ts";
import { History } from "../history.ts";
import { Isolate } from "../process.ts";
import type { PlannedReplay } from "../operators.ts";
import type { Consume } from "../queue.ts";
import type { Scenario } from "../scenario.ts";
import { Sender } from "../sender.ts";
import { skewOf } from "../skew.ts";
import type { World } from "../world.ts";
import { LateBinding, settings } from "./bindings.ts";
import { BluntReplay } from "./blunt-replay.ts";
import { SimBucket } from "./bucket.ts";
import { SimD1 } from "./database.ts";
import { startGateway } from "./gateway.ts";
import { KillSwitchObject, LedgerObject } from "./ledger.ts";
import { buildQueues, queueBindings, type Queues } from "./queues.ts";
import { remembered } from "./remembered.ts";
import { Replays } from "./replays.ts";
import { serviceTo } from "./service.ts";
import { SimTelegram, startTelegramWorker } from "./telegram.ts";
import { startTradeWorker } from "./trade.ts";
import { SimVenue } from "./venue.ts";

const CRON_MS = 60_000;
const GATHER_LOGS_MS = 200;
const ROOMY: AccountLimits = {
  currency: "USDC",
  maxDailyLoss: "1000000000",
  maxPosition: "1000000000",
  maxOpenPositions: 1_000,
  ordersPerMinute: 1_000_000,
};

/** The real Workers' code over simulated bindings. */
export class Mesh {
  readonly world: World;
  readonly queues: Queues;
  readonly database: SimD1;
  readonly bucket: SimBucket;
  readonly telegram: SimTelegram;
  readonly history = new History();
  readonly killSwitch: KillSwitchObject;
  readonly ledgers = new Map<string, LedgerObject>();
  /** By ledger. */
  readonly venues = new Map<string, SimVenue>();
  readonly sender: Sender;
  /** Ids of unreadable messages that were put on a queue. */
  readonly strays: string[] = [];
  readonly scenario: Scenario;
  readonly #bindings: Record<string, unknown>;
  /** When the kill switch stood, and how. */
  readonly stops: { from: number; to: number; mode: KillSwitchMode }[] = [];
  /** What stood before everything came again. */
  before: Readonly<Record<string, string>> | undefined;
  cronsOn = true;
  /** One account has limits that nothing here reaches: they are read, and what they count is counted. */
  readonly #kv = new Map([[limitsEntry("second:paper"), JSON.stringify(ROOMY)]]);
  readonly #ops = new Isolate({ name: "ops-worker", build: () => undefined });
  readonly replays: Replays;
  readonly bluntReplays: readonly BluntReplay[];
  readonly #crons: (() => void)[] = [() => this.#poke()];
  readonly #databaseWorker = new LateBinding();
  readonly #tradeWorker = new LateBinding();

  constructor(world: World, scenario: Scenario) {
    this.world = world;
    this.scenario = scenario;
    world.linesTravel = scenario.logs;
    this.queues = buildQueues(world);
    this.database = SimD1.borrowed(world);
    this.bucket = new SimBucket(world);
    this.telegram = new SimTelegram(world);
    this.#bindings = this.#allBindings();
    this.killSwitch = new KillSwitchObject(world);
    this.#consume();
    this.replays = new Replays(world, { bindings: this.#bindings, database: this.database });
    this.bluntReplays = scenario.replays
      .filter(({ through }) => through === "ledger")
      .map((plan) => this.#bluntReplay(plan));
    this.sender = new Sender(world, startGateway(world, this.#bindings));
  }

  /** Plans everything that the scenario says, and the crons. */
  plan(): void {
    const { alerts, prices, killSwitch, strays, ghosts, outages, replays, calmAt } = this.scenario;
    this.world.outages = outages;
    for (const alert of alerts) this.sender.plan(alert);
    for (const { at, account, symbol, price } of prices) {
      this.world.plan(at, () => this.venue(ledgerOf({ account, venue: "paper" })).movePrice(symbol, price));
    }
    killSwitch.forEach(({ at, until, mode, through }, index) => {
      const turn = (to: KillSwitchMode): void => {
        this.world.log(() => `kill switch (${through}): ${to}`);
        // One key for each, so that the end of one is not the end of the other.
        if (through === "kv") this.#kv.set(KILL_SWITCH_KEYS[index % KILL_SWITCH_KEYS.length] ?? "", to);
        else this.killSwitch.set(to);
      };
      this.world.plan(at, () => turn(mode));
      this.world.plan(until, () => turn("off"));
      const others = through === "kv" ? [] : killSwitch.filter((each) => each.through === "object");
      // The object has one mode: it stands until anybody turns it again.
      const turned = others.flatMap((each) => [each.at, each.until]).filter((each) => each > at);
      this.stops.push({ from: at, to: Math.min(until, ...turned), mode });
    });
    for (const { at, ledger } of ghosts) this.world.plan(at, () => this.#ghost(ledger));
    for (const { at, queue, id } of strays) this.world.plan(at, () => this.#stray(queue, id));
    for (const replay of replays.filter(({ through }) => through === "mesh"))
      this.world.plan(replay.at, () => this.replays.start(replay));
    for (const blunt of this.bluntReplays) this.world.plan(blunt.at, () => blunt.start());
    this.world.plan(calmAt, () => {
      this.world.log(() => "no more faults");
      this.world.faultsOn = false;
    });
    this.#cron();
  }

  /** The ledger as it stands, for invariants and crons: no step, no fault. */
  ledger(name: string): AccountLedgerRpc {
    return this.#ledgerObject(name).host;
  }

  venue(ledger: string): SimVenue {
    const known = this.venues.get(ledger);
    if (known) return known;
    const venue = new SimVenue(this.world, { name: ledger, mood: this.scenario.mood });
    this.venues.set(ledger, venue);
    return venue;
  }

  /** What keeps the mesh from being at rest, in words. Orders that rest are `resting`. */
  async unfinished(of: { resting: "allowed" | "unfinished" } = { resting: "unfinished" }): Promise<string[]> {
    const left: string[] = [];
    if (this.world.faultsOn) left.push("faults go on");
    for (const queue of this.queues.values()) {
      if (queue.size > 0) left.push(`${queue.name} holds ${queue.size} messages: ${queue.describe()}`);
    }
    for (const replay of this.bluntReplays) if (!replay.over) left.push(`${replay.id} goes on`);
    left.push(...this.replays.unfinished);
    if (left.length > 0) return left;
    for (const name of this.ledgers.keys()) {
      const { unended, inFlight, inDoubt, unconfirmed, workingOrders } = await this.ledger(name).status();
      const resting = of.resting === "allowed" ? 0 : workingOrders.length;
      const counts = { unended, inFlight, inDoubt, unconfirmed, resting, toDo: this.#ledgerObject(name).toDo.length };
      for (const [what, count] of Object.entries(counts)) if (count > 0) left.push(`${name}: ${count} ${what}`);
      // The next watch tells the ledger.
      const standing = new Set(
        this.venues
          .get(name)
          ?.book()
          .orders.flatMap((each) => (each.status === "working" ? each.clientOrderId : [])),
      );
      for (const { clientOrderId } of workingOrders)
        if (!standing.has(clientOrderId)) left.push(`${name} has not seen that ${clientOrderId} rests no more`);
    }
    return left;
  }

  /** Keeps what a late message must not change. */
  remember(): void {
    this.before = remembered(this);
  }

  /** Back to the pools; the mesh is not usable any more. */
  close(): void {
    this.database.giveBack();
    for (const ledger of this.ledgers.values()) ledger.close();
    this.killSwitch.close();
    this.replays.close();
  }

  #ledgerObject(name: string): LedgerObject {
    const known = this.ledgers.get(name);
    if (known) return known;
    const ledger = new LedgerObject(this.world, {
      name,
      bindings: this.#bindings,
      history: this.history,
      killSwitch: () => this.killSwitch.stub(),
      foreign: this.scenario.foreignLedgers,
    });
    this.ledgers.set(name, ledger);
    return ledger;
  }

  #allBindings(): Record<string, unknown> {
    return {
      ...queueBindings(this.queues),
      ...(this.scenario.logs ? {} : { SYSTEM_LOGS_QUEUE: undefined }),
      ACCOUNT_LEDGER: { getByName: (name: string) => this.#ledgerObject(name).stub() },
      KILL_SWITCH: { getByName: () => this.killSwitch.stub() },
      PAPER_VENUE: { getByName: (name: string) => this.venue(name).rpc() },
      CONFIG: {
        get: (key: string) => this.world.step("kv.get", () => this.#kv.get(key) ?? null, { detail: () => key }),
      },
      DB: this.database,
      ARCHIVE: this.bucket,
      REPLAY_JOBS: { getByName: () => this.replays.stub() },
      QUEUE_WATCH: { getByName: () => ({}) },
      D1_WORKER: this.#databaseWorker,
      TRADE_WORKER: this.#tradeWorker,
      ...settings,
    };
  }

  #consume(): void {
    const d1Env = this.#bindings;
    const d1 = new Isolate({ name: "d1-worker", skewMs: skewOf(this.world, "d1-worker"), build: () => ({ ...d1Env }) });
    this.#databaseWorker.target = serviceTo(this.world, d1, async (request, background) => {
      const deps = depsOf(d1.state);
      const response = await answerHttp(request, deps);
      background(deps.flushLogs({ afterMs: GATHER_LOGS_MS }));
      return response;
    });
    const trade = startTradeWorker(this.world, {
      bindings: this.#bindings,
      venue: (ledger) => this.venue(ledger),
      defects: this.scenario.defects,
    });
    this.#tradeWorker.target = trade.service;
    const telegram = startTelegramWorker(this.world, this.#bindings, this.telegram.channel);
    const consumers = {
      // A fresh env object is a fresh isolate: that is where d1-worker keeps its memory.
      "d1-worker": { isolate: d1, consume: (batch) => consumeBatch(batch, depsOf(d1.state)) },
      "trade-worker": { isolate: trade.isolate, consume: trade.queue },
      "telegram-worker": { isolate: telegram.isolate, consume: telegram.queue },
    } satisfies Record<string, { isolate: Isolate; consume: Consume }>;
    for (const [name, queue] of this.queues) {
      const consumer = isQueueName(name) ? registry[name].consumer : "d1-worker";
      // Nobody sits at a chat in the simulation.
      if (consumer === "ops-worker") continue;
      const { isolate, consume } = consumers[consumer];
      queue.consumedBy(isolate, consume);
    }
    const restore = (): Promise<unknown> => restoreLetters(depsOf(d1.state));
    this.#crons.push(() => {
      if (this.bucket.files.size > 0) this.world.invoke(d1, "d1-worker cron", restore);
    });
  }

  /** Of the letters that arrived, and of signals that are none: whatever an operator may name. */
  #bluntReplay(plan: PlannedReplay): BluntReplay {
    return new BluntReplay(this.world, plan, {
      ledger: (name) => this.#ledgerObject(name).stub(),
      letters: () => {
        const all = [...this.history.accepted.values()];
        const dead = this.queues.get("trade-signals-dlq")?.texts ?? new Set();
        const letters = new Set([...dead].flatMap((text) => /"requestId":"([^"]+)"/.exec(text)?.[1] ?? []));
        const others = this.world.latency.stream(plan.id);
        const chosen = all.filter(({ requestId }) => letters.has(requestId) || others.chance(0.07));
        const byLedger = Map.groupBy(chosen, ({ ledger }) => ledger);
        return new Map([...byLedger].map(([name, each]) => [name, each.map(({ requestId }) => requestId)]));
      },
    });
  }

  /** What ops-worker does each minute, in case an alarm of a ledger or of a replay died. */
  #poke(): void {
    for (const blunt of this.bluntReplays) if (blunt.at < this.world.elapsed) blunt.poke();
    if (this.scenario.replays.some(({ at, through }) => through === "mesh" && at < this.world.elapsed))
      this.replays.everyMinute();
    const pokes = (): Promise<unknown> =>
      Promise.allSettled([...this.ledgers.values()].map((ledger) => ledger.stub().poke()));
    if (this.ledgers.size > 0) this.world.invoke(this.#ops, "ops-worker cron", pokes);
  }

  #cron(): void {
    this.world.plan(
      CRON_MS,
      () => {
        if (!this.cronsOn) return;
        for (const run of this.#crons) run();
        this.#cron();
      },
      { background: true },
    );
  }

  /** Crons again after they were off. */
  resumeCrons(): void {
    this.cronsOn = true;
    this.#cron();
  }

  #ghost(ledger: string): void {
    const producer = createProducer({ source: "hoox", env: this.#bindings });
    const requestId = this.world.ids.uuid();
    producer
      .send("trade-signals", "signal.hinted", { ledger, purpose: "execute" }, { requestId })
      .catch(() => undefined);
  }

  #stray(queue: QueueName, id: string): void {
    const binding = this.queues.get(queue)?.binding();
    const body = { json: { id, type: "signal.from.nowhere", note: "nobody can read this" } };
    binding?.send(body).then(
      () => this.strays.push(id),
      () => undefined,
    );
  }
}
