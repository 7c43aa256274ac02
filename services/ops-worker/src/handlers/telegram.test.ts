import { beforeEach, describe, expect, it } from "vitest";
import { decode } from "#contracts/codec";
import { opsRoutes } from "#contracts/routes/ops";
import { bindingOf, deadLetterQueueOf, queueNames, registry } from "#queues/registry";
import {
  FakeDeepQueue,
  FakeKillSwitch,
  FakeKv,
  FakeLedger,
  FakeWorker,
} from "../../../../tooling/fakes/ops-bindings.ts";
import { NOTHING } from "../commands/show.ts";
import { createDeps, type OpsDeps } from "../deps.ts";
import { remind, timesDue } from "./remind.ts";
import { tellDay } from "./summary.ts";
import { acknowledgeFromTerminal, setSummary, setTelegramChat, setTelegramWebhook, showTelegram } from "./telegram.ts";

const requestId = "9b1deb4d-3b7d-4bad-9bdd-2b0d7b3dcb6d";
const TOLD_AT = new Date("2026-11-01T12:00:00.000Z");
const critical = {
  id: `${requestId}/notification.requested/2`,
  request_id: requestId,
  created_at: TOLD_AT.toISOString(),
  title: "Exit not executed",
  chat_id: "42",
};
const later = (minutes: number): Date => new Date(TOLD_AT.getTime() + minutes * 60_000);

let kv: FakeKv;
let queues: Map<string, FakeDeepQueue>;
let deps: OpsDeps;
let claimed: Set<string>;
let profit: string;
let workers: Record<"D1_WORKER" | "TELEGRAM_WORKER", FakeWorker>;

beforeEach(() => {
  kv = new FakeKv();
  claimed = new Set();
  profit = "10";
  queues = new Map(
    [...queueNames, ...queueNames.map(deadLetterQueueOf)].map((name) => [bindingOf(name), new FakeDeepQueue()]),
  );
  const waiting = (): object => ({ notifications: [critical] });
  workers = {
    TELEGRAM_WORKER: new FakeWorker({
      "/bot": () => ({ configured: true, username: "hoox_bot", defaultChat: "42" }),
      "/webhook": () => ({ url: "https://hoox.example.com/telegram" }),
    }),
    D1_WORKER: new FakeWorker({
      "/pulses": waiting,
      "/unacknowledged": waiting,
      "/day": () => ({
        outcomes: { filled: 3, refused: 1, expired: 2 },
        exitsUnexecuted: 1,
        fills: 4,
        positions: [{ account: "main", venue: "paper", symbol: "BTCUSDT", realised_profit: profit, fees: "0.5" }],
        acknowledgement: { p50: 4, p99: 12 },
      }),
    }),
  };
  const { ops } = createDeps({
    ...Object.fromEntries(queues),
    ...workers,
    LEDGER_WORKER: new FakeWorker({}),
    TRADE_WORKER: new FakeWorker({}),
    ACCOUNT_LEDGER: { getByName: (name: string) => new FakeLedger(name) },
    KILL_SWITCH: { getByName: () => new FakeKillSwitch() },
    REPLAY_JOBS: { getByName: () => ({}) },
    QUEUE_WATCH: { getByName: () => ({}) },
    CONFIG: kv,
    WRONG_KEY_RATE: { limit: async () => ({ success: true }) },
    INTERNAL_KEY_BINDING: "inner",
  });
  const { ask } = ops.database;
  // Claims are granted once, as d1-worker grants them.
  const database: OpsDeps["database"] = {
    async ask(route, call) {
      if (route.path !== "/notification-claims") return ask(route, call);
      const ids = (call.body as { ids: string[] }).ids.filter((id) => !claimed.has(id));
      for (const id of ids) claimed.add(id);
      return route.reply.parse({ granted: ids }) as Awaited<
        ReturnType<typeof ask<typeof route.body, typeof route.reply>>
      >;
    },
  };
  deps = { ...ops, database, log: Object.assign(() => undefined, { for: () => deps.log }), now: () => TOLD_AT };
});

const told = () =>
  (queues.get("NOTIFICATIONS_QUEUE")?.sent ?? []).map((wire) => decode(registry.notifications.contracts, wire));
const records = () => (queues.get("RECORDS_QUEUE")?.sent ?? []).map((wire) => decode(registry.records.contracts, wire));

describe("what nobody has acknowledged", () => {
  it("is due again after 5 and 15 minutes, then hourly, for a day", () => {
    expect([4, 5, 14, 15, 59, 60, 119, 120, 1_440, 3_000].map(timesDue)).toEqual([0, 1, 1, 2, 2, 3, 3, 4, 26, 26]);
  });

  it("is said again in its chat, marked, and as the same one to acknowledge", async () => {
    await remind(later(6), deps);

    expect(told()).toMatchObject([
      {
        id: `${critical.id}/again/1`,
        requestId,
        data: {
          severity: "critical",
          repeatOf: critical.id,
          chatId: "42",
          title: /nobody has acknowledged it for 6 min/,
        },
      },
    ]);
  });

  it("is said once a time, though the cron fires twice and in several isolates", async () => {
    await remind(later(6), deps);
    await remind(later(6), { ...deps, claimed: new Map() });
    await remind(later(7), deps);

    expect(told()).toHaveLength(1);
  });

  it("is said at its latest time when the cron has slept", async () => {
    await remind(later(200), deps);

    expect(told().map(({ id }) => id)).toEqual([`${critical.id}/again/5`]);
  });

  it("is said no more after a day", async () => {
    await remind(later(1_500), deps);

    expect(told()).toEqual([]);
  });

  it("is acknowledged from the terminal by its id or its request's, or all at once", async () => {
    for (const body of [{ id: critical.id }, { id: requestId }, {}])
      await acknowledgeFromTerminal({ requestId, ...NOTHING, body }, deps);

    const acknowledged = records().filter(({ type }) => type === "notification.acknowledged");
    expect(acknowledged.map(({ data }) => data)).toEqual(
      Array.from({ length: 3 }, () => ({ notificationId: critical.id, by: "operator", at: TOLD_AT })),
    );
  });

  it("is not acknowledged by an id that does not wait", async () => {
    const asking = acknowledgeFromTerminal({ requestId, ...NOTHING, body: { id: "x" } }, deps);

    await expect(asking).rejects.toMatchObject({ status: 404 });
  });
});

describe("the daily summary", () => {
  const evening = new Date("2026-11-01T20:00:30.000Z");

  it("waits for the hour, and is told once", async () => {
    await tellDay(new Date("2026-11-01T19:59:00.000Z"), deps);
    expect(told()).toEqual([]);
    await tellDay(evening, deps);
    await tellDay(new Date("2026-11-01T20:01:30.000Z"), { ...deps, claimed: new Map() });

    expect(told().map(({ id }) => id)).toEqual(["summary/2026-11-01"]);
  });

  it("is told late rather than never when the cron missed its minute", async () => {
    await tellDay(new Date("2026-11-01T22:17:00.000Z"), deps);

    expect(told()).toHaveLength(1);
  });

  it("says what was traded, earned, refused and missed, and how fast", async () => {
    await tellDay(evening, deps);
    const [message] = told();

    expect(message?.data.title).toBe("Summary of 2026-11-01: 3 trades, profit +10");
    expect(message?.data.details).toEqual([
      { label: "Trades", value: "3 filled, 4 fills" },
      { label: "Profit since the beginning", value: "+10, fees 0.5" },
      { label: "BTCUSDT main:paper", value: "+10, fees 0.5" },
      { label: "Refused", value: "1" },
      { label: "Duplicates dropped", value: "0" },
      { label: "Missed", value: "2 expired" },
      { label: "Exits not executed", value: "1: look at /positions" },
      { label: "Acknowledged within", value: "4 ms, 99 % within 12 ms" },
    ]);
  });

  it("counts the profit of the day, not of all days", async () => {
    await tellDay(evening, deps);
    profit = "7.5";
    await tellDay(new Date("2026-11-02T20:00:30.000Z"), deps);

    expect(told()[1]?.data.title).toBe("Summary of 2026-11-02: 3 trades, profit -2.5");
    expect(told()[1]?.data.details[1]?.label).toBe("Profit since 2026-11-01");
  });

  it("is told at the hour of the configured time zone, or not at all", async () => {
    await setSummary(
      { requestId, ...NOTHING, body: opsRoutes.setSummary.body.parse({ timeZone: "Asia/Tokyo" }) },
      deps,
    );
    const config = await setSummary(
      { requestId, ...NOTHING, body: opsRoutes.setSummary.body.parse({ hour: 8 }) },
      deps,
    );
    await tellDay(new Date("2026-11-01T23:05:00.000Z"), deps);
    expect(config).toMatchObject({ hour: 8, timeZone: "Asia/Tokyo", enabled: true });
    expect(told().map(({ id }) => id)).toEqual(["summary/2026-11-02"]);

    await setSummary({ requestId, ...NOTHING, body: { enabled: false } }, deps);
    await tellDay(new Date("2026-11-03T23:05:00.000Z"), deps);
    expect(told()).toHaveLength(1);
  });
});

describe("Telegram's way to the mesh", () => {
  it("is set though its audit row cannot be queued, which is noted", async () => {
    const url = "https://hoox.example.com/telegram";
    const queue = queues.get("RECORDS_QUEUE");
    if (queue) queue.failNext = 2;
    const reply = await setTelegramWebhook({ requestId, ...NOTHING, body: { url } }, deps);

    expect(reply).toEqual({ url, note: expect.stringContaining("audit row") });
  });
});

describe("the chats", () => {
  it("are added and removed, each change on record", async () => {
    const change = (chatId: string, present: boolean) =>
      setTelegramChat({ requestId, ...NOTHING, body: { chatId, present, title: "desk" } }, deps);
    await change("1", true);
    await change("2", true);
    await change("1", false);

    expect((await showTelegram({ requestId, ...NOTHING }, deps)).chats).toMatchObject([{ chatId: "2", title: "desk" }]);
    expect(records().map(({ data }) => Reflect.get(data, "action"))).toEqual([
      "telegram.chat_added",
      "telegram.chat_added",
      "telegram.chat_removed",
    ]);
  });

  it("show with what could not be asked", async () => {
    workers.TELEGRAM_WORKER.trouble = new Error("connection lost");
    const shown = await showTelegram({ requestId, ...NOTHING }, deps);

    expect(shown.problems).toEqual([expect.stringContaining("telegram-worker did not answer")]);
    expect(shown.unacknowledged).toHaveLength(1);
  });
});
