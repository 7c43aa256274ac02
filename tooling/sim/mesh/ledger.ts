import type { KillSwitchMode, KillSwitchRpc } from "#contracts/kill-switch";
import {
  acceptRequest,
  claimRequest,
  confirmRequest,
  deferRequest,
  failRequest,
  reconcileRequest,
  resolveRequest,
  sendingRequest,
  settleRequest,
  type AccountLedgerRpc,
} from "#contracts/ledger";
import { assessRequest, discardRequest, reviveRequest } from "#contracts/revival";
import { createProducer } from "#queues/producer";
import { createLogBuffer } from "#runtime/log";
import { parseConfig } from "../../../services/ledger-worker/src/env.ts";
import { createKillSwitchStore, type KillSwitchStore } from "../../../services/ledger-worker/src/kill-switch-store.ts";
import { createLedgerHost, type LedgerHost } from "../../../services/ledger-worker/src/ledger-host.ts";
import { SimObject } from "../durable-object.ts";
import type { History } from "../history.ts";
import { running } from "../process.ts";
import { skewOf } from "../skew.ts";
import type { World } from "../world.ts";
import { SqlitePool, type SimSqlite } from "./sqlite.ts";

const LOG_WAIT_MS = 200;

/** Tables are made by the ledger's own migrations; which of them ran stays known. */
const pool = new SqlitePool((table) => (table === "meta" ? "key = 'schema'" : undefined));

/** One AccountLedger: the real host over SQLite in memory, listened to. */
export class LedgerObject {
  readonly #sql: SimSqlite = pool.borrow();
  readonly #object: SimObject<{ host: LedgerHost; rpc: AccountLedgerRpc }>;
  readonly #world: World;
  readonly #foreign: boolean;

  constructor(
    world: World,
    of: {
      name: string;
      bindings: object;
      history: History;
      killSwitch: () => KillSwitchRpc;
      /** Its callers and it are of different versions: each sends fields that the other does not know. */
      foreign: boolean;
    },
  ) {
    this.#world = world;
    this.#foreign = of.foreign;
    this.#object = new SimObject(world, {
      name: `ledger ${of.name}`,
      skewMs: skewOf(world, `ledger ${of.name}`),
      // services/ledger-worker/src/deps.ts, but its log buffer is not shared with other worlds.
      build: (alarm) => {
        const producer = createProducer({ source: "ledger-worker", env: of.bindings });
        const buffer = createLogBuffer({ worker: "ledger-worker", producer });
        const host = createLedgerHost({
          sql: this.#sql,
          config: { ...parseConfig(of.bindings), name: of.name },
          producer,
          now: () => new Date(),
          newId: () => crypto.randomUUID(),
          setAlarm: (at) => alarm.set(at),
          register: (ledger) => of.killSwitch().register({ v: 1, ledger }),
          background: (work) => running.getStore()?.process?.background(work.catch(() => undefined)),
          log: buffer.log,
          flushLog: () => buffer.flush({ afterMs: LOG_WAIT_MS }),
        });
        return { host, rpc: of.history.listening(of.name, host, () => world.elapsed) };
      },
      alarm: ({ host }) => host.alarm(),
    });
  }

  /** As it stands, for invariants: no step, no fault. */
  get host(): AccountLedgerRpc {
    return this.#object.host.host;
  }

  /** Planned legs, resting orders that are to be cancelled, and attempts that are not over. */
  get toDo(): string[] {
    return this.#sql
      .exec<{ request_id: string; leg: string; status: string }>(
        `SELECT request_id, leg, status FROM legs WHERE status = 'planned' OR (live = 1 AND cancel_reason IS NOT NULL)
         UNION ALL SELECT request_id, '', 'leased' FROM signals WHERE lease IS NOT NULL`,
      )
      .map((each) => `${each.status} ${each.request_id} ${each.leg}`);
  }

  /** What a binding's `getByName` answers. Requests are checked as in account-ledger.ts, answers are copies. */
  stub(): AccountLedgerRpc {
    const call = <T>(method: string, run: (rpc: AccountLedgerRpc) => Promise<T>, request?: unknown): Promise<T> =>
      this.#object.call(`ledger.${method}`, method, async ({ rpc }) => sent(await run(rpc)), {
        about: this.#about(request),
        detail: () => brief(request),
      });
    const sent = <T>(value: T): T => (this.#foreign ? withMore(copied(value)) : copied(value));
    const more = (request: object): object => (this.#foreign ? withMore({ ...request }) : request);
    return {
      accept: (request) => call("accept", (rpc) => rpc.accept(acceptRequest.parse(more(request))), request),
      claim: (request) => call("claim", (rpc) => rpc.claim(claimRequest.parse(more(request))), request),
      sending: (request) => call("sending", (rpc) => rpc.sending(sendingRequest.parse(more(request))), request),
      settle: (request) => call("settle", (rpc) => rpc.settle(settleRequest.parse(more(request))), request),
      defer: (request) => call("defer", (rpc) => rpc.defer(deferRequest.parse(more(request))), request),
      fail: (request) => call("fail", (rpc) => rpc.fail(failRequest.parse(more(request))), request),
      confirm: (request) => call("confirm", (rpc) => rpc.confirm(confirmRequest.parse(more(request))), request),
      unconfirmed: (request) =>
        call("unconfirmed", (rpc) => rpc.unconfirmed(confirmRequest.parse(more(request))), request),
      status: () => call("status", (rpc) => rpc.status()),
      backlog: () => call("backlog", (rpc) => rpc.backlog()),
      lanes: () => call("lanes", (rpc) => rpc.lanes()),
      find: (request) => call("find", (rpc) => rpc.find(request), request),
      cancelEntries: (request) => call("cancelEntries", (rpc) => rpc.cancelEntries(request), request),
      resolve: (request) => call("resolve", (rpc) => rpc.resolve(resolveRequest.parse(more(request))), request),
      reconcile: (request) => call("reconcile", (rpc) => rpc.reconcile(reconcileRequest.parse(more(request))), request),
      assess: (request) => call("assess", (rpc) => rpc.assess(assessRequest.parse(more(request))), request),
      revive: (request) => call("revive", (rpc) => rpc.revive(reviveRequest.parse(more(request))), request),
      discard: (request) => call("discard", (rpc) => rpc.discard(discardRequest.parse(more(request))), request),
      poke: () => call("poke", (rpc) => rpc.poke()),
    };
  }

  #about(request: unknown): string {
    if (typeof request !== "object" || request === null) return "";
    const of: unknown = "signal" in request ? request.signal : request;
    const id: unknown = typeof of === "object" && of !== null && "requestId" in of ? of.requestId : undefined;
    return (typeof id === "string" && this.#world.labels.get(id)) || "";
  }

  close(): void {
    pool.giveBack(this.#sql);
  }
}

const switchPool = new SqlitePool();

/** The KillSwitch object: the real store over SQLite in memory. */
export class KillSwitchObject {
  readonly #sql: SimSqlite = switchPool.borrow();
  readonly #object: SimObject<KillSwitchStore>;

  constructor(world: World) {
    this.#object = new SimObject(world, {
      name: "kill-switch",
      skewMs: skewOf(world, "kill-switch"),
      build: () => createKillSwitchStore(this.#sql, () => new Date()),
    });
  }

  /** An operator's word, past the line. */
  set(mode: KillSwitchMode): void {
    this.#object.host.set({ v: 1, mode, reason: "the scenario says so", by: "sim" });
  }

  stub(): KillSwitchRpc {
    const call = <T>(method: string, run: (store: KillSwitchStore) => T): Promise<T> =>
      this.#object.call(`killSwitch.${method}`, method, async (host) => run(host));
    return {
      show: () => call("show", (store) => store.show()),
      set: (request) => call("set", (store) => store.set(request)),
      register: ({ ledger }) => call("register", (store) => store.register(ledger)),
      ledgers: () => call("ledgers", (store) => store.ledgers()),
    };
  }

  close(): void {
    switchPool.giveBack(this.#sql);
  }
}

/** Ids and what evidence says, for the trace. */
function brief(request: unknown): string {
  if (typeof request !== "object" || request === null) return "";
  const text = JSON.stringify(request, (key, value: unknown) =>
    ["v", "ledger", "alertKey", "generation"].includes(key) ? undefined : value,
  );
  return text.length > 300 ? `${text.slice(0, 300)}…` : text;
}

/** What they do not know they refuse: a part of a limit is none. */
const strict: ReadonlySet<string> = new Set(["size", "limits", "accountLimits"]);

/** A field of tomorrow in every object of a message. */
function withMore<T>(value: T): T {
  if (typeof value !== "object" || value === null || value instanceof Date) return value;
  if (Array.isArray(value)) return value.map(withMore) as T;
  const known = Object.entries(value).map(([key, each]) => [key, strict.has(key) ? each : withMore(each)]);
  return Object.fromEntries([...known, ["ofTomorrow", 1]]) as T;
}

/** Nobody holds the ledger's own objects; structuredClone would do the same, ten times slower. */
function copied<T>(value: T): T {
  if (typeof value !== "object" || value === null) return value;
  if (value instanceof Date) return new Date(value) as T;
  if (Array.isArray(value)) return value.map(copied) as T;
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, copied(each)])) as T;
}
