import { ledgerOf } from "#contracts/ids";
import { KILL_SWITCH_KEYS } from "#contracts/kill-switch";
import type { AccountLedgerRpc } from "#contracts/ledger";
import { isQueueName, registry, type QueueName } from "#queues/registry";
import { depsOf } from "../../../services/d1-worker/src/deps.ts";
import { restoreLetters } from "../../../services/d1-worker/src/handlers/archive-letter.ts";
import { consumeBatch } from "../../../services/d1-worker/src/handlers/queues.ts";
import { History } from "../history.ts";
import type { Plants } from "../plants.ts";
import { Isolate } from "../process.ts";
import type { Consume } from "../queue.ts";
import type { Scenario } from "../scenario.ts";
import { WEBHOOK_KEY } from "../scenario.ts";
import { Sender } from "../sender.ts";
import type { World } from "../world.ts";
import { SimBucket } from "./bucket.ts";
import { SimD1 } from "./database.ts";
import { startGateway } from "./gateway.ts";
import { KillSwitchObject, LedgerObject } from "./ledger.ts";
import { buildQueues, queueBindings, type AnyQueueName, type Queues } from "./queues.ts";
import { SimTelegram, startTelegramWorker } from "./telegram.ts";
import { startTradeWorker } from "./trade.ts";
import { SimVenue } from "./venue.ts";

const CRON_MS = 60_000;

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
  readonly #plants: Plants;
  readonly #scenario: Scenario;
  readonly #bindings: Record<string, unknown>;
  readonly #kv = new Map<string, string>();
  readonly #ops = new Isolate({ name: "ops-worker", build: () => undefined });
  readonly #crons: (() => void)[] = [() => this.#poke()];

  constructor(world: World, scenario: Scenario, plants: Plants = {}) {
    this.world = world;
    this.#scenario = scenario;
    this.#plants = plants;
    this.queues = buildQueues(world);
    this.database = SimD1.borrowed(world, plants.sql);
    this.bucket = new SimBucket(world);
    this.telegram = new SimTelegram(world);
    this.#bindings = this.#allBindings();
    this.killSwitch = new KillSwitchObject(world);
    this.#consume();
    this.sender = new Sender(world, startGateway(world, this.#bindings));
  }

  /** Plans everything that the scenario says, and the crons. */
  plan(): void {
    const { alerts, prices, killSwitch, strays, outages, calmAt } = this.#scenario;
    this.world.outages = outages;
    for (const alert of alerts) this.sender.plan(alert);
    for (const { at, account, symbol, price } of prices) {
      this.world.plan(at, () => this.venue(ledgerOf({ account, venue: "paper" })).movePrice(symbol, price));
    }
    for (const { at, mode, through } of killSwitch) {
      this.world.plan(at, () => {
        this.world.log(() => `kill switch (${through}): ${mode}`);
        if (through === "kv") this.#kv.set(KILL_SWITCH_KEYS[0], mode);
        else this.killSwitch.set(mode);
      });
    }
    for (const { at, queue, id } of strays) this.world.plan(at, () => this.#stray(queue, id));
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
    const venue = new SimVenue(this.world, {
      name: ledger,
      mood: this.#scenario.mood,
      signedAt: this.#plants.signedAt,
    });
    this.venues.set(ledger, venue);
    return venue;
  }

  /** What keeps the mesh from being at rest, in words. */
  async unfinished(): Promise<string[]> {
    const left: string[] = [];
    if (this.world.faultsOn) left.push("faults go on");
    for (const queue of this.queues.values()) {
      if (queue.size > 0) left.push(`${queue.name} holds ${queue.size} messages: ${queue.describe()}`);
    }
    if (left.length > 0) return left;
    for (const name of this.ledgers.keys()) {
      const { unended, inFlight, inDoubt, unconfirmed, workingOrders } = await this.ledger(name).status();
      const counts = { unended, inFlight, inDoubt, unconfirmed, workingOrders: workingOrders.length };
      for (const [what, count] of Object.entries(counts)) if (count > 0) left.push(`${name}: ${count} ${what}`);
    }
    return left;
  }

  /** Back to the pools; the mesh is not usable any more. */
  close(): void {
    this.database.giveBack();
    for (const ledger of this.ledgers.values()) ledger.close();
    this.killSwitch.close();
  }

  #ledgerObject(name: string): LedgerObject {
    const known = this.ledgers.get(name);
    if (known) return known;
    const ledger = new LedgerObject(this.world, {
      name,
      bindings: this.#bindings,
      history: this.history,
      killSwitch: () => this.killSwitch.stub(),
      ...(this.#plants.ledger ? { plant: this.#plants.ledger } : {}),
    });
    this.ledgers.set(name, ledger);
    return ledger;
  }

  #allBindings(): Record<string, unknown> {
    const plantVenue = this.#plants.venue ?? ((rpc) => rpc);
    const healthy = {
      fetch: async () => Response.json({ worker: "ledger-worker", status: "ok", version: "sim", dependencies: [] }),
    };
    const unlimited = { limit: async () => ({ success: true }) };
    return {
      ...queueBindings(this.queues),
      ACCOUNT_LEDGER: { getByName: (name: string) => this.#ledgerObject(name).stub() },
      KILL_SWITCH: { getByName: () => this.killSwitch.stub() },
      PAPER_VENUE: { getByName: (name: string) => plantVenue(this.venue(name).rpc()) },
      CONFIG: {
        get: (key: string) =>
          this.world.step(
            "kv.get",
            () => this.#kv.get(key) ?? null,
            () => key,
          ),
      },
      DB: this.database,
      ARCHIVE: this.bucket,
      LEDGER_WORKER: healthy,
      OPS_WORKER: healthy,
      TELEGRAM_WORKER: healthy,
      ALERT_RATE: unlimited,
      REFUSAL_RATE: unlimited,
      VERSION: { id: "sim" },
      INTERNAL_KEY_BINDING: "internal",
      WEBHOOK_API_KEY_BINDING: WEBHOOK_KEY,
      OPERATOR_KEY_BINDING: "operator",
      TG_BOT_TOKEN_BINDING: "",
      TELEGRAM_CHAT_ID_DEFAULT: "7",
      TELEGRAM_WEBHOOK_SECRET: "secret",
      TELEGRAM_API_URL: "https://telegram.example",
      TRADING_MODE: "paper",
      ENTRY_VALIDITY_SECONDS: "60",
      EXIT_VALIDITY_SECONDS: "900",
      BODY_KEY_SECONDS: "30",
      EXPLICIT_KEY_SECONDS: "86400",
      MAX_OUTSTANDING_HINTS: "8",
      LIMITS: "{}",
    };
  }

  #consume(): void {
    const d1Env = this.#bindings;
    const d1 = new Isolate({ name: "d1-worker", build: () => ({ ...d1Env }) });
    const trade = startTradeWorker(this.world, this.#bindings);
    const telegram = startTelegramWorker(this.#bindings, this.telegram.channel);
    const consumers = {
      // A fresh env object is a fresh isolate: that is where d1-worker keeps its memory.
      "d1-worker": { isolate: d1, consume: (batch) => consumeBatch(batch, depsOf(d1.state)) },
      "trade-worker": { isolate: trade.isolate, consume: trade.queue },
      "telegram-worker": { isolate: telegram.isolate, consume: telegram.queue },
    } satisfies Record<string, { isolate: Isolate; consume: Consume }>;
    const plant = this.#plants.consume ?? ((_: AnyQueueName, consume: Consume) => consume);
    for (const [name, queue] of this.queues) {
      const consumer = isQueueName(name) ? registry[name].consumer : "d1-worker";
      // Nobody sits at a chat in the simulation.
      if (consumer === "ops-worker") continue;
      const { isolate, consume } = consumers[consumer];
      queue.consumedBy(isolate, plant(name, consume));
    }
    const restore = (): Promise<unknown> => restoreLetters(depsOf(d1.state));
    this.#crons.push(() => {
      if (this.bucket.files.size > 0) this.world.invoke(d1, "d1-worker cron", restore);
    });
  }

  /** What ops-worker does each minute, in case a ledger's alarm died. */
  #poke(): void {
    for (const ledger of this.ledgers.values()) {
      this.world.invoke(this.#ops, "ops-worker cron", () =>
        ledger
          .stub()
          .poke()
          .catch(() => undefined),
      );
    }
  }

  #cron(): void {
    this.world.plan(
      CRON_MS,
      () => {
        for (const run of this.#crons) run();
        this.#cron();
      },
      { background: true },
    );
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
