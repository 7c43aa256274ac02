import { describe, expect, it } from "vitest";
import type { MonitorConfig } from "#contracts/monitor";
import { MemorySql } from "../../../../tooling/fakes/memory-sql.ts";
import type { Untold } from "./ports.ts";
import type { Sample } from "./sample.ts";
import { createWatchHost } from "./watch-host.ts";

const START = Date.parse("2026-11-28T10:00:00.000Z");

const FACTS = { unexplained: 0, acknowledgement: { count: 0, p99Ms: 0 }, silences: [] };

/** A monitor that sees a depth of `records` a minute and publishes what it has to say, unless it cannot. */
function monitor(config: MonitorConfig = {}) {
  const sql = new MemorySql();
  let host = createWatchHost(sql);
  const published: Untold[] = [];
  const see = async (minute: number, backlog: number, of: { publishes?: boolean } = {}): Promise<Untold[]> => {
    const at = START + minute * 60_000;
    const sample: Sample = {
      at,
      queues: [{ queue: "records", backlog, bytes: 0 }],
      ledgers: [],
      facts: { ...FACTS, storedAt: at },
    };
    const { untold } = await host.observe({ v: 1, sample, config, requestId: `r${minute}` });
    if (of.publishes === false) return untold;
    published.push(...untold);
    await host.told({ v: 1, ids: untold.map(({ id }) => id) });
    return untold;
  };
  const titles = (): string[] => published.map(({ notification }) => notification.title);
  const restart = (): void => void (host = createWatchHost(sql));
  return { see, titles, published, restart, view: () => host.view({ v: 1, config }) };
}

describe("the monitor", () => {
  it("with 50 messages a second coming and 20 going tells once, and gives one all-clear", async () => {
    const { see, titles, published } = monitor();
    let backlog = 0;
    for (let minute = 0; minute < 60; minute += 1) {
      backlog = Math.max(0, backlog + ((minute < 10 ? 50 : 0) - 20) * 60);
      await see(minute, backlog);
    }

    expect(titles()).toEqual(["Messages pile up on records: 9000 messages", "Over: messages pile up on records"]);
    expect(published[0]?.notification.details).toContainEqual({ label: "Trend", value: "grows by 30/s" });
    expect(published[1]).toMatchObject({ requestId: published[0]?.requestId });
  });

  it("goes on where it was after it has been evicted", async () => {
    const { see, titles, restart } = monitor();
    for (let minute = 0; minute < 10; minute += 1) {
      await see(minute, 9_000);
      restart();
    }

    expect(titles()).toHaveLength(1);
  });

  it("says what it could not publish with the next minute, as the same message", async () => {
    const { see, titles } = monitor();
    await see(0, 9_000);
    await see(1, 9_000);
    const [first] = await see(2, 9_000, { publishes: false });
    const [again] = await see(3, 9_000);

    expect(again?.id).toBe(first?.id);
    expect(titles()).toHaveLength(1);
  });

  it("judges a minute once, however often its cron comes", async () => {
    const { see, titles } = monitor();
    for (const minute of [0, 1, 1, 0, 2, 2]) await see(minute, 9_000);

    expect(titles()).toHaveLength(1);
  });

  it("keeps to what is set of an alert", async () => {
    const early = monitor({ alerts: { "records.backlog": { enter: 10, forSeconds: 0 } } });
    await early.see(0, 12);
    expect(early.titles()).toEqual(["Messages pile up on records: 12 messages"]);

    const off = monitor({ alerts: { "records.backlog": { off: true } } });
    for (const minute of [0, 1, 2, 3]) await off.see(minute, 9_000);
    expect(off.titles()).toEqual([]);
  });

  it("has nothing open any more of an alert that was turned off", async () => {
    const sql = new MemorySql();
    const host = createWatchHost(sql);
    const see = (minute: number, config: MonitorConfig) => {
      const at = START + minute * 60_000;
      const queues = [{ queue: "records", backlog: 9_000, bytes: 0 }];
      const sample = { at, queues, ledgers: [], facts: { ...FACTS, storedAt: at } };
      return host.observe({ v: 1, sample, config, requestId: `r${minute}` });
    };
    const soon = { enter: 10, forSeconds: 0 };
    await see(0, { alerts: { "records.backlog": soon } });
    await see(1, { alerts: { "records.backlog": { off: true } } });
    await see(2, { alerts: { "records.backlog": soon } });
    const { alerts } = await host.view({ v: 1, config: { alerts: { "records.backlog": soon } } });

    expect(alerts).toMatchObject([{ name: "records.backlog", since: "2026-11-28T10:02:00.000Z" }]);
  });

  it("tells of signals at risk each time, however soon, and how many have expired", async () => {
    const host = createWatchHost(new MemorySql());
    const told: { title: string; details: unknown[] }[] = [];
    const see = async (minute: number, of: { expired: number; waits: boolean }): Promise<void> => {
      const at = START + minute * 60_000;
      const oldestAt = at - 30_000;
      const lane = { symbol: "BTCUSDT", taken: 0, waiting: 1, oldestAt, validUntil: [at + 30_000] };
      const counts = { accepted: 2, taken: 0, expired: of.expired, deferred: 0, inDoubt: 0 };
      const waits = of.waits ? { waiting: 1, oldestAt, lanes: [lane] } : { waiting: 0, lanes: [] };
      const facts = { ...FACTS, storedAt: at };
      const sample: Sample = { at, queues: [], ledgers: [{ ledger: "main:paper", ...counts, ...waits }], facts };
      const { untold } = await host.observe({ v: 1, sample, config: {}, requestId: `r${minute}` });
      told.push(...untold.map(({ notification }) => notification));
      await host.told({ v: 1, ids: untold.map(({ id }) => id) });
    };
    await see(0, { expired: 0, waits: true });
    await see(1, { expired: 1, waits: false });
    await see(2, { expired: 1, waits: true });

    expect(told.map(({ title }) => title)).toEqual([
      "Signals will expire before their turn comes: 1 signal",
      "Over: signals will expire before their turn comes",
      "Signals will expire before their turn comes: 1 signal",
    ]);
    expect(told[1]?.details).toContainEqual({ label: "Expired meanwhile", value: "1 signal" });
  });

  it("shows what it has seen, and which alerts are open since when", async () => {
    const { see, view } = monitor();
    for (const minute of [0, 1, 2]) await see(minute, 6_000 + minute * 60);

    expect(await view()).toMatchObject({
      sampledAt: "2026-11-28T10:02:00.000Z",
      queues: [{ queue: "records", perSecond: 1, history: [6_000, 6_060, 6_120] }],
      alerts: [{ name: "records.backlog", since: "2026-11-28T10:00:00.000Z", value: 6_120, enter: 5_000 }],
    });
  });

  it("gives no all-clear for signals at risk while a ledger does not answer", async () => {
    const host = createWatchHost(new MemorySql());
    const titles: string[] = [];
    const see = async (minute: number, of: Pick<Sample, "ledgers" | "incomplete">): Promise<void> => {
      const at = START + minute * 60_000;
      const sample: Sample = { at, queues: [], facts: { ...FACTS, storedAt: at }, ...of };
      const { untold } = await host.observe({ v: 1, sample, config: {}, requestId: `r${minute}` });
      titles.push(...untold.map(({ notification }) => notification.title));
      await host.told({ v: 1, ids: untold.map(({ id }) => id) });
    };
    const nothing = {
      ledger: "main:paper",
      accepted: 1,
      taken: 1,
      expired: 0,
      waiting: 0,
      deferred: 0,
      inDoubt: 0,
      lanes: [],
    };
    const oldestAt = START - 60_000;
    const lane = { symbol: "BTCUSDT", taken: 0, waiting: 1, oldestAt, validUntil: [START + 300_000] };
    const waiting = { ...nothing, taken: 0, waiting: 1, oldestAt, lanes: [lane] };
    await see(0, { ledgers: [waiting] });
    await see(1, { ledgers: [], incomplete: true });
    expect(titles).toEqual(["Signals will expire before their turn comes: 1 signal"]);

    await see(2, { ledgers: [nothing] });
    expect(titles).toHaveLength(2);
  });

  it("notices that the database is behind by the samples that do not arrive, and not by its own sleep", async () => {
    const host = createWatchHost(new MemorySql());
    const titles: string[] = [];
    const see = async (minute: number, stored: number): Promise<void> => {
      const storedAt = START + stored * 60_000;
      const facts = { storedAt, unexplained: 0, acknowledgement: { count: 0, p99Ms: 0 }, silences: [] };
      const sample: Sample = { at: START + minute * 60_000, queues: [], ledgers: [], facts };
      const { untold } = await host.observe({ v: 1, sample, config: {}, requestId: `r${minute}` });
      titles.push(...untold.map(({ notification }) => notification.title));
      await host.told({ v: 1, ids: untold.map(({ id }) => id) });
    };
    await see(0, -1);
    // A laptop that slept for an hour.
    await see(60, 0);
    expect(titles).toEqual([]);

    for (const minute of [61, 62, 63, 64]) await see(minute, 60);
    expect(titles).toEqual([expect.stringMatching(/^The database is behind.*: 180 s$/)]);
  });

  it.each<[string, Partial<NonNullable<Sample["facts"]>>, string]>([
    [
      "messages that Cloudflare gave up",
      { unexplained: 2 },
      "Cloudflare itself gave messages up: a Worker crashed or ran out of time: 2 letters",
    ],
    [
      "a strategy's alert that did not come",
      { silences: [{ strategy: "scalper", times: 2.5 }] },
      "Strategy scalper has not sent its usual alert: 2.5 × its usual silence",
    ],
  ])("tells of %s at once", async (_, said, title) => {
    const host = createWatchHost(new MemorySql());
    const facts = { storedAt: START, unexplained: 0, acknowledgement: { count: 0, p99Ms: 0 }, silences: [], ...said };
    const sample: Sample = { at: START, queues: [], ledgers: [], facts };
    const { untold } = await host.observe({ v: 1, sample, config: {}, requestId: "r" });

    expect(untold.map(({ notification }) => notification.title)).toEqual([title]);
  });

  it("tells when the database has not answered for three minutes, and when it does again", async () => {
    const host = createWatchHost(new MemorySql());
    const titles: string[] = [];
    const see = async (minute: number, answers: boolean): Promise<void> => {
      const at = START + minute * 60_000;
      const facts = { storedAt: at, unexplained: 0, acknowledgement: { count: 0, p99Ms: 0 }, silences: [] };
      const sample: Sample = { at, queues: [], ledgers: [], ...(answers ? { facts } : {}) };
      const { untold } = await host.observe({ v: 1, sample, config: {}, requestId: `r${minute}` });
      titles.push(...untold.map(({ notification }) => notification.title));
      await host.told({ v: 1, ids: untold.map(({ id }) => id) });
    };
    await see(0, true);
    await see(1, false);
    await see(2, false);
    expect(titles).toEqual([]);

    for (const [minute, answers] of [
      [3, false],
      [4, false],
      [5, true],
    ] as const)
      await see(minute, answers);
    expect(titles).toEqual([
      expect.stringMatching(/^The database does not answer.*: 3 minutes$/),
      expect.stringMatching(/^Over: the database does not answer/),
    ]);
  });

  it("tells of slow acknowledgements only where there are enough of them", async () => {
    const slow = async (count: number): Promise<number> => {
      const host = createWatchHost(new MemorySql());
      let told = 0;
      for (const minute of [0, 1, 2, 3]) {
        const at = START + minute * 60_000;
        const facts = { storedAt: at, unexplained: 0, acknowledgement: { count, p99Ms: 900 }, silences: [] };
        const sample: Sample = { at, queues: [], ledgers: [], facts };
        const { untold } = await host.observe({ v: 1, sample, config: {}, requestId: "r" });
        told += untold.length;
        await host.told({ v: 1, ids: untold.map(({ id }) => id) });
      }
      return told;
    };

    expect([await slow(19), await slow(20)]).toEqual([0, 1]);
  });
});
