import { describe, expect, it } from "vitest";
import { decode } from "#contracts/codec";
import type { KeyHealth } from "#contracts/key-health";
import { createProducer } from "#queues/producer";
import { registry } from "#queues/registry";
import { createLogBuffer } from "#runtime/log";
import { MemorySql } from "../../../../tooling/fakes/memory-sql.ts";
import { FakeDeepQueue, FakeKillSwitch, FakeKv, FakeLedger } from "../../../../tooling/fakes/ops-bindings.ts";
import type { Holding } from "#contracts/routes/trade";
import type { Database } from "../neighbour.ts";
import { createWatchHost } from "../watch/watch-host.ts";
import { watchedQueues } from "../queues.ts";
import { onMinute, type MonitorDeps } from "./monitor.ts";

const AT = new Date("2026-11-01T00:00:00.000Z");
const NOTHING = { unexplained: 0, acknowledgement: { count: 0, p99Ms: 0 }, cadence: [] };

function monitor() {
  const killSwitch = new FakeKillSwitch();
  const ledgers = new Map(["alt:binance", "main:paper"].map((name) => [name, new FakeLedger(name)]));
  for (const name of ledgers.keys()) killSwitch.names.add(name);
  const ledgerOf = (name: string): FakeLedger => ledgers.get(name) ?? new FakeLedger(name);
  const [records, signals, deadSignals] = [new FakeDeepQueue(), new FakeDeepQueue(), new FakeDeepQueue()];
  const notifications = new FakeDeepQueue();
  const env = {
    NOTIFICATIONS_QUEUE: notifications,
    RECORDS_QUEUE: records,
    TRADE_SIGNALS_QUEUE: signals,
    TRADE_SIGNALS_DLQ: deadSignals,
  };
  const producer = createProducer({ source: "ops-worker", env });
  const host = createWatchHost(new MemorySql());
  const pauses: Date[] = [];
  const venueHolds: Holding[] = [];
  /** What the exchange of alt:binance lists beside; undefined: it lists nothing. */
  const listed: { others: { symbol: string; quantity: string }[] | undefined } = { others: undefined };
  const written: { event: string; message: string }[] = [];
  const deps: MonitorDeps = {
    killSwitch: () => killSwitch,
    ledger: ledgerOf,
    queues: watchedQueues(env).filter((queue) => ["trade-signals", "trade-signals-dlq"].includes(queue.name)),
    producer,
    log: createLogBuffer({ worker: "ops-worker", producer, write: (line) => written.push(JSON.parse(line)) }).log,
    timeoutMs: 20,
    lastDepths: new Map(),
    monitorConfig: {},
    watching: { fails: false },
    // Only one of its routes is asked here.
    database: { ask: async () => NOTHING } as unknown as Database,
    config: new FakeKv(),
    watch: () => host,
    trade: {
      ask: async (_: unknown, { body }: { body: { account: string } }) => ({
        holdings: venueHolds,
        ...(body.account === "alt" && listed.others ? { others: listed.others } : {}),
      }),
    } as unknown as MonitorDeps["trade"],
    now: () => AT,
    pauseUntil: async (at) => void pauses.push(at),
  };
  const samples = () => records.sent.map((wire) => decode(registry.records.contracts, wire).data);
  return {
    deps,
    killSwitch,
    ledgerOf,
    records,
    signals,
    deadSignals,
    samples,
    written,
    pauses,
    host,
    venueHolds,
    listed,
    notifications,
  };
}

describe("each minute", () => {
  it("is looked at in its middle, too, where a signal would be over before the next", async () => {
    const { deps, ledgerOf, pauses, host } = monitor();
    const oldestAt = new Date(AT.getTime() - 5_000);
    const validUntil = [new Date(AT.getTime() + 55_000)];
    const ledger = ledgerOf("main:paper");
    ledger.held = {
      ...ledger.held,
      waiting: 1,
      oldestAt,
      lanes: [{ symbol: "BTCUSDT", taken: 0, waiting: 1, oldestAt, validUntil }],
    };
    await onMinute(AT, deps);

    expect(pauses).toEqual([new Date(AT.getTime() + 30_000)]);
    expect(await host.view({ v: 1, config: {} })).toMatchObject({
      sampledAt: "2026-11-01T00:00:30.000Z",
      signals: { waiting: 1, atRisk: 1 },
    });
  });

  it("what waits in a ledger is recorded beside the queues", async () => {
    const { deps, ledgerOf, samples } = monitor();
    const ledger = ledgerOf("main:paper");
    ledger.held = { ...ledger.held, waiting: 4, oldestAt: new Date(0) };
    await onMinute(AT, deps);

    expect(samples()).toEqual([
      {
        queue: "ledger main:paper",
        backlogCount: 4,
        backlogBytes: 0,
        oldestMessageAt: new Date(0),
        sampledAt: AT,
      },
    ]);
  });

  describe("every fifth minute the exchange's positions are compared", () => {
    const held = { symbol: "BTCUSDT.P", quantity: "1", realisedProfit: "0", fees: "0" };
    const alerts = async (of: ReturnType<typeof monitor>) =>
      (await of.host.view({ v: 1, config: {} })).alerts.flatMap(({ name, value }) =>
        name.startsWith("positions.drift") ? [[name, value]] : [],
      );
    const told = (of: ReturnType<typeof monitor>) =>
      of.notifications.sent.flatMap((wire) => {
        const { title, details } = decode(registry.notifications.contracts, wire).data;
        const said = details.flatMap(({ label, value }) => (SAID.includes(label) ? [`${label}: ${value}`] : []));
        return /exchange holds/.test(title) ? [[title, ...said]] : [];
      });
    const SAID = ["Where", "Fine again", "Not yet", "Now"];
    const DIFFERS = "An exchange holds something else than its ledger knows of";
    const OVER = "Over: an exchange holds something else than its ledger knows of";
    const minute = (number: number): Date => new Date(AT.getTime() + number * 60_000);

    it("and a difference that lasts is told, with where it is, until it is gone", async () => {
      const all = monitor();
      all.ledgerOf("main:paper").positions = [held];
      all.venueHolds.push({ symbol: "BTCUSDT.P", quantity: "0.4" });
      await onMinute(minute(0), all.deps);
      expect(await alerts(all)).toEqual([]);
      await onMinute(minute(5), all.deps);
      expect(await alerts(all)).toEqual([["positions.drift main:paper BTCUSDT.P", 1]]);
      expect(JSON.stringify(all.notifications.sent)).toContain("main:paper BTCUSDT.P: 0.4 there, 1 here");

      all.venueHolds.splice(0, 1, { symbol: "BTCUSDT.P", quantity: "1" });
      await onMinute(minute(10), all.deps);
      await onMinute(minute(15), all.deps);
      expect(await alerts(all)).toEqual([]);
    });

    it.each([
      ["less", "0.4", true],
      ["nothing", "0", true],
      ["more", "1.5", false],
      ["the other side", "-0.4", false],
    ])("and reconciling is recommended where the exchange holds what it can mend: %s", async (_, quantity, mends) => {
      const all = monitor();
      all.ledgerOf("main:paper").positions = [held];
      all.venueHolds.push({ symbol: "BTCUSDT.P", quantity });
      for (const number of [0, 5]) await onMinute(minute(number), all.deps);
      expect(told(all)).toHaveLength(1);
      expect(JSON.stringify(all.notifications.sent).includes("positions reconcile main:paper BTCUSDT.P")).toBe(mends);
    });

    it("and an exchange that does not answer neither begins nor ends it", async () => {
      const all = monitor();
      all.ledgerOf("main:paper").positions = [held];
      all.venueHolds.push({ symbol: "BTCUSDT.P", problem: "Binance did not answer" });
      for (const number of [0, 5, 10]) await onMinute(minute(number), all.deps);
      expect(await alerts(all)).toEqual([]);

      all.venueHolds.splice(0, 1, { symbol: "BTCUSDT.P", quantity: "0" });
      for (const number of [15, 20]) await onMinute(minute(number), all.deps);
      all.venueHolds.splice(0, 1, { symbol: "BTCUSDT.P", problem: "Binance did not answer" });
      for (const number of [25, 30]) await onMinute(minute(number), all.deps);
      expect(await alerts(all)).toEqual([["positions.drift main:paper BTCUSDT.P", 1]]);

      // An answer in which the symbol is missing says nothing of it either.
      all.venueHolds.splice(0);
      for (const number of [35, 40, 45]) await onMinute(minute(number), all.deps);
      expect(await alerts(all)).toEqual([["positions.drift main:paper BTCUSDT.P", 1]]);
      expect(told(all)).toHaveLength(1);
    });

    it("and one that begins while another differs is told by itself, those that begin at once as one", async () => {
      const all = monitor();
      const symbols = ["BTCUSDT.P", "ETHUSDT.P", "SOLUSDT.P"];
      const here = symbols.map((symbol) => ({ ...held, symbol }));
      const there = (...quantities: string[]) =>
        all.venueHolds.splice(
          0,
          3,
          ...symbols.map((symbol, index) => ({ symbol, quantity: quantities[index] ?? "1" })),
        );
      all.ledgerOf("main:paper").positions = here;
      there("0.4", "1", "1");
      for (const number of [0, 5]) await onMinute(minute(number), all.deps);
      there("0.4", "0.5", "0.6");
      for (const number of [10, 15, 20, 25]) await onMinute(minute(number), all.deps);

      expect(told(all)).toEqual([
        [`${DIFFERS}: 1 position`, "Where: main:paper BTCUSDT.P: 0.4 there, 1 here"],
        [
          `${DIFFERS}: 2 positions`,
          "Where: main:paper ETHUSDT.P: 0.5 there, 1 here; main:paper SOLUSDT.P: 0.6 there, 1 here",
        ],
      ]);
    });

    it("and the all-clear says which is fine again, and which is not yet", async () => {
      const all = monitor();
      all.ledgerOf("main:paper").positions = [held, { ...held, symbol: "ETHUSDT.P" }];
      const there = (btc: string, eth: string) =>
        all.venueHolds.splice(0, 2, { symbol: "BTCUSDT.P", quantity: btc }, { symbol: "ETHUSDT.P", quantity: eth });
      const acknowledged = () =>
        all.records.sent.flatMap((wire) => {
          const { type, data } = decode(registry.records.contracts, wire);
          return type === "notification.acknowledged" ? [data] : [];
        });
      there("0.4", "0.5");
      for (const number of [0, 5]) await onMinute(minute(number), all.deps);
      there("1", "0.5");
      for (const number of [10, 15]) await onMinute(minute(number), all.deps);
      expect(told(all).slice(1)).toEqual([
        [OVER, "Now: 1 position", "Fine again: main:paper BTCUSDT.P", "Not yet: main:paper ETHUSDT.P"],
      ]);
      expect(acknowledged()).toEqual([]);

      there("1", "1");
      for (const number of [20, 25, 30]) await onMinute(minute(number), all.deps);
      expect(told(all).slice(2)).toEqual([[OVER, "Now: 0 positions", "Fine again: main:paper ETHUSDT.P"]]);
      const [first] = all.notifications.sent.map((wire) => decode(registry.notifications.contracts, wire).id);
      expect(acknowledged()).toMatchObject([{ notificationId: first }]);
      expect(await alerts(all)).toEqual([]);
    });

    it("and what only the exchange knows of is told, until a list of all that it holds lacks it", async () => {
      const all = monitor();
      all.listed.others = [{ symbol: "SOLUSDT.P", quantity: "7" }];
      for (const number of [0, 5, 10]) await onMinute(minute(number), all.deps);
      expect(told(all)).toEqual([
        [`${DIFFERS}: 1 position`, "Where: alt:binance SOLUSDT.P: 7 there, opened by nothing here"],
      ]);

      all.listed.others = undefined;
      for (const number of [15, 20]) await onMinute(minute(number), all.deps);
      all.killSwitch.trouble = new Error("reset");
      for (const number of [25, 30]) await onMinute(minute(number), all.deps);
      expect(await alerts(all)).toEqual([["positions.drift alt:binance SOLUSDT.P", 1]]);

      all.killSwitch.trouble = undefined;
      all.listed.others = [];
      for (const number of [35, 40]) await onMinute(minute(number), all.deps);
      expect(told(all).slice(1)).toEqual([[OVER, "Now: 0 positions", "Fine again: alt:binance SOLUSDT.P"]]);
    });

    it("and a spot coin that was sold differs no more, whatever the account holds of it", async () => {
      const all = monitor();
      all.ledgerOf("main:paper").positions = [{ ...held, symbol: "BTCUSDT" }];
      all.venueHolds.push({ symbol: "BTCUSDT", quantity: "0.4" });
      for (const number of [0, 5]) await onMinute(minute(number), all.deps);
      all.ledgerOf("main:paper").positions = [{ ...held, symbol: "BTCUSDT", quantity: "0" }];
      all.venueHolds.splice(0);
      for (const number of [10, 15]) await onMinute(minute(number), all.deps);

      expect(told(all).map(([title]) => title)).toEqual([`${DIFFERS}: 1 position`, OVER]);
    });

    it("and pairs that share a coin are told as what they lack of it together", async () => {
      const all = monitor();
      const pairs = ["BTCUSDT", "BTCUSDC"];
      all.ledgerOf("main:paper").positions = pairs.map((symbol) => ({ ...held, symbol }));
      const there = (quantity: string) =>
        all.venueHolds.splice(
          0,
          2,
          ...pairs.map((symbol) => ({ symbol, quantity, asset: "BTC", quantityStep: "0.01" })),
        );
      there("1");
      for (const number of [0, 5]) await onMinute(minute(number), all.deps);
      there("2");
      for (const number of [10, 15]) await onMinute(minute(number), all.deps);

      expect(told(all)).toEqual([
        [
          `${DIFFERS}: 2 positions`,
          "Where: main:paper BTCUSDC and BTCUSDT together: 1 BTC there, 2 here, which can no longer be closed in full",
        ],
        [OVER, "Now: 0 positions", "Fine again: main:paper BTCUSDC; main:paper BTCUSDT"],
      ]);
    });

    it("and an account whose exchange says nothing for half an hour is told of once, and of its end at once", async () => {
      const all = monitor();
      const UNSEEN =
        "An exchange does not say what it holds, so that nobody sees whether it is what its ledger knows of";
      const unseen = () =>
        all.notifications.sent.flatMap((wire) => {
          const { title, details } = decode(registry.notifications.contracts, wire).data;
          if (!/not say what it holds/i.test(title)) return [];
          return [[title, ...details.flatMap(({ label, value }) => (label === "Where" ? [value] : []))]];
        });
      all.ledgerOf("main:paper").positions = [held];
      // Nothing is held there, so that nothing can differ.
      all.ledgerOf("alt:binance").positions = [{ ...held, quantity: "0" }];
      all.venueHolds.push({ symbol: "BTCUSDT.P", quantity: "1" });
      await onMinute(minute(0), all.deps);
      all.venueHolds.splice(0, 1, { symbol: "BTCUSDT.P", problem: "Binance answered HTTP 451" });
      for (const number of [5, 10, 15, 20, 25]) await onMinute(minute(number), all.deps);
      expect(unseen()).toEqual([]);
      for (const number of [30, 35, 40, 95]) await onMinute(minute(number), all.deps);
      expect(unseen()).toEqual([[`${UNSEEN}: 1 account`, "main:paper: Binance answered HTTP 451"]]);

      all.venueHolds.splice(0, 1, { symbol: "BTCUSDT.P", quantity: "1" });
      await onMinute(minute(100), all.deps);
      expect(unseen().slice(1)).toEqual([[expect.stringMatching(/^Over: an exchange does not say/)]]);
    });

    it("and is told by what is set of all of them", async () => {
      const all = monitor();
      all.listed.others = [{ symbol: "SOLUSDT.P", quantity: "7" }];
      const changed = { "positions.drift": { enter: 5, forSeconds: 600 } };
      await all.deps.config.put("config:monitor", JSON.stringify({ alerts: changed }));
      for (const number of [0, 5]) await onMinute(minute(number), all.deps);
      expect(told(all)).toEqual([]);
      await onMinute(minute(10), all.deps);
      expect(told(all)).toHaveLength(1);
    });

    it("and in other minutes nobody is asked", async () => {
      const all = monitor();
      all.ledgerOf("main:paper").positions = [held];
      all.deps.trade.ask = async () => Promise.reject(new Error("asked"));
      await onMinute(minute(1), all.deps);
      expect(all.written.map(({ event }) => event)).toEqual(["monitor.ran"]);
    });
  });

  it("with seven past the hour: a key that cannot be asked about is told of once, and its end", async () => {
    const { deps, notifications } = monitor();
    const key: { health: KeyHealth } = { health: { problem: "Binance did not answer" } };
    const ask = async (_: unknown, { body }: { body?: object }) =>
      body === undefined ? { accounts: [{ account: "new", venue: "binance" }] } : key;
    deps.trade = { ask } as unknown as MonitorDeps["trade"];
    const told = () =>
      notifications.sent.flatMap((wire) => {
        const { title, details } = decode(registry.notifications.contracts, wire).data;
        if (!/keys may do/.test(title)) return [];
        return [[title, details.find(({ label }) => label === "Where")?.value]];
      });
    const hours = async (...of: number[]) => {
      for (const hour of of) await onMinute(new Date(AT.getTime() + hour * 3_600_000 + 7 * 60_000), deps);
    };
    await hours(0);
    expect(told()).toEqual([]);
    await hours(1, 2, 3, 30);
    const TITLE = "It cannot be asked what keys may do at their exchange";
    expect(told()).toEqual([
      [`${TITLE}: 2 keys`, "alt:binance: Binance did not answer; new:binance: Binance did not answer"],
    ]);

    key.health = { problem: "no keys", because: "unused" };
    await hours(31);
    expect(told().slice(1)).toEqual([[`Over: it${TITLE.slice(2)}`, undefined]]);
  });

  it("of which nothing can be remembered leaves the cron without a pulse, so that d1-worker tells", async () => {
    const { deps, host } = monitor();
    deps.watch = () => ({ ...host, observe: () => Promise.reject(new Error("overloaded")) });
    await onMinute(AT, deps);
    expect(deps.watching.fails).toBe(true);

    deps.watch = () => host;
    await onMinute(new Date(AT.getTime() + 60_000), deps);
    expect(deps.watching.fails).toBe(false);
  });

  it("is not looked at twice where nothing is urgent", async () => {
    const { deps, pauses } = monitor();
    await onMinute(AT, deps);

    expect(pauses).toEqual([]);
  });

  it("every registered ledger is poked, whatever happens to another", async () => {
    const { deps, ledgerOf, written } = monitor();
    ledgerOf("alt:binance").trouble = "silent";
    await onMinute(AT, deps);

    expect(ledgerOf("main:paper").pokes).toBe(1);
    expect(written).toContainEqual(
      expect.objectContaining({ event: "ledger.unpoked", message: expect.stringContaining("alt:binance") }),
    );
  });

  it("queues are sampled though no ledger can be listed", async () => {
    const { deps, killSwitch, signals, samples } = monitor();
    killSwitch.trouble = new Error("reset");
    signals.depth = { backlogCount: 3, backlogBytes: 300 };
    await onMinute(AT, deps);

    expect(samples()).toHaveLength(1);
  });

  it("all queues with a backlog are recorded in one call, with their age", async () => {
    const { deps, signals, deadSignals, records, samples } = monitor();
    signals.depth = {
      backlogCount: 3,
      backlogBytes: 300,
      oldestMessageTimestamp: new Date("2026-10-31T23:59:00.000Z"),
    };
    deadSignals.depth = { backlogCount: 1, backlogBytes: 100, oldestMessageTimestamp: new Date(0) };
    await onMinute(AT, deps);

    expect(records.calls).toBe(1);
    const sampledAt = new Date("2026-11-01T00:00:00.000Z");
    const oldestMessageAt = new Date("2026-10-31T23:59:00.000Z");
    expect(samples()).toEqual([
      { queue: "trade-signals", backlogCount: 3, backlogBytes: 300, oldestMessageAt, sampledAt },
      { queue: "trade-signals-dlq", backlogCount: 1, backlogBytes: 100, sampledAt },
    ]);
  });

  it("an empty queue is recorded once, when it has become empty", async () => {
    const { deps, signals, samples } = monitor();
    await onMinute(AT, deps);
    expect(samples()).toEqual([]);

    signals.depth = { backlogCount: 3, backlogBytes: 300 };
    await onMinute(AT, deps);
    signals.depth = { backlogCount: 0, backlogBytes: 0 };
    await onMinute(AT, deps);
    await onMinute(AT, deps);

    expect(samples().map((sample) => ("backlogCount" in sample ? sample.backlogCount : undefined))).toEqual([3, 0]);
  });

  it("what cannot be read or recorded is logged, and never stops the rest", async () => {
    const { deps, signals, deadSignals, records, written } = monitor();
    signals.trouble = new Error("queue gone");
    deadSignals.depth = { backlogCount: 1, backlogBytes: 100 };
    records.failNext = 2;
    await onMinute(AT, deps);

    expect(written.map((line) => line.event)).toEqual(["queue.unread", "queue.unsampled", "monitor.ran"]);
  });
});
