import { describe, expect, it } from "vitest";
import { decode } from "#contracts/codec";
import { consumeEach } from "#queues/consumer";
import { createProducer } from "#queues/producer";
import { bindingOf, deadLetterQueueOf, queueNames, registry } from "#queues/registry";
import { createLogBuffer } from "#runtime/log";
import {
  FakeDeepQueue,
  FakeKillSwitch,
  FakeKv,
  FakeLedger,
  FakeWorker,
} from "../../../../tooling/fakes/ops-bindings.ts";
import { batchOf, FakeDelivery } from "../../../../tooling/fakes/queue.ts";
import { consumerOf } from "../consumer.ts";
import { createDeps } from "../deps.ts";
import { onCommand } from "./command-requested.ts";

const requestId = "9b1deb4d-3b7d-4bad-9bdd-2b0d7b3dcb6d";
const NOW = new Date("2026-11-01T12:00:00.000Z");
const critical = {
  id: `${requestId}/notification.requested/2`,
  request_id: requestId,
  created_at: NOW.toISOString(),
  title: "Exit not executed",
  chat_id: "42",
};

/** ops-worker as the consumer of `commands`, on fake bindings. */
function desk(stored: Readonly<Record<string, unknown>> = {}) {
  const killSwitch = new FakeKillSwitch();
  killSwitch.names.add("main:paper");
  const kv = new FakeKv();
  const queues = new Map(
    [...queueNames, ...queueNames.map(deadLetterQueueOf)].map((name) => [bindingOf(name), new FakeDeepQueue()]),
  );
  const queue = (name: string): FakeDeepQueue => queues.get(name) ?? new FakeDeepQueue();
  const database = new FakeWorker({
    "/unacknowledged": () => ({ notifications: [critical] }),
    ...Object.fromEntries(Object.entries(stored).map(([path, reply]) => [path, () => reply])),
  });
  const idle = new FakeWorker({});
  const { ops } = createDeps({
    ...Object.fromEntries(queues),
    LEDGER_WORKER: idle,
    D1_WORKER: database,
    TELEGRAM_WORKER: idle,
    TRADE_WORKER: idle,
    ACCOUNT_LEDGER: { getByName: (name: string) => new FakeLedger(name) },
    KILL_SWITCH: { getByName: () => killSwitch },
    REPLAY_JOBS: { getByName: () => ({}) },
    QUEUE_WATCH: { getByName: () => ({}) },
    CONFIG: kv,
    WRONG_KEY_RATE: { limit: async () => ({ success: true }) },
    INTERNAL_KEY_BINDING: "inner",
  });
  const { log } = createLogBuffer({ worker: "ops-worker", producer: ops.producer, write: () => undefined });
  const deps = { ...ops, log, now: () => NOW, timeoutMs: 20 };
  const telegram = createProducer({ source: "telegram-worker", env: {} });
  let minted = 0;
  async function ask(
    said: { text: string } | { action: string },
    options: { secondsAgo?: number; id?: string } = {},
  ): Promise<FakeDelivery> {
    const { secondsAgo = 1, id = `telegram/${++minted}` } = options;
    const data = {
      chatId: "42",
      chatType: "private",
      ask: "text" in said ? { kind: "text" as const, ...said } : { kind: "button" as const, ...said },
      person: "@trader",
      messageId: 17,
      at: new Date(NOW.getTime() - secondsAgo * 1_000),
    };
    const delivery = new FakeDelivery(telegram.pack("commands", "command.requested", data, { requestId, id }).wire);
    const batch = batchOf("commands", delivery);
    await consumeEach("commands", batch, { "command.requested": onCommand }, deps, consumerOf(deps));
    return delivery;
  }
  const told = () =>
    queue("NOTIFICATIONS_QUEUE").sent.map((wire) => decode(registry.notifications.contracts, wire).data);
  const answers = () => told().filter(({ kind }) => kind === "answer");
  const records = () => queue("RECORDS_QUEUE").sent.map((wire) => decode(registry.records.contracts, wire));
  const actionOf = (pattern: RegExp): string =>
    answers()
      .flatMap(({ buttons = [] }) => buttons.flat())
      .findLast(({ action }) => pattern.test(action))?.action ?? "";
  return { ask, killSwitch, kv, queue, told, answers, records, actionOf, database };
}

describe("a command", () => {
  it("is answered in its chat, below the message that asked", async () => {
    const { ask, answers } = desk();
    const delivery = await ask({ text: "/positions" });

    expect(delivery.settled).toBe("ack");
    expect(answers()).toMatchObject([{ chatId: "42", replyTo: 17, title: "No open position" }]);
  });

  it("may be addressed to the bot by name, in capitals, or be a mere greeting", async () => {
    const { ask, answers } = desk();
    await ask({ text: "/Positions@hoox_bot" });
    await ask({ text: "hello" });

    expect(answers().map(({ title }) => title)).toEqual([
      "No open position",
      expect.stringContaining("What you can ask"),
    ]);
  });

  it("that nobody knows points to /help", async () => {
    const { ask, answers } = desk();
    await ask({ text: "/moon" });

    expect(answers()[0]?.title).toMatch(/I do not know \/moon. \/help/);
  });

  it("that comes twice acts once", async () => {
    const { ask, answers } = desk();
    await ask({ text: "/kill" }, { id: "telegram/7" });
    await ask({ text: "/kill" }, { id: "telegram/7" });

    expect(answers()).toHaveLength(1);
  });

  it("whose answer cannot be queued comes again", async () => {
    const { ask, answers, queue } = desk();
    queue("NOTIFICATIONS_QUEUE").failNext = 2;
    const first = await ask({ text: "/positions" }, { id: "telegram/7" });
    await ask({ text: "/positions" }, { id: "telegram/7" });

    expect(first.settled).toMatchObject({ retryAfter: expect.any(Number) });
    expect(answers()).toHaveLength(1);
  });

  it("is answered in words when what it needs is away", async () => {
    const { ask, answers, database } = desk();
    database.trouble = new Error("connection lost");
    await ask({ text: "/dlq" });

    expect(answers()[0]?.title).toContain("d1-worker did not answer");
  });
});

describe("/orders and /trace", () => {
  const order = {
    request_id: requestId,
    created_at: NOW.toISOString(),
    strategy: "default",
    account: "main",
    venue: "bybit",
    symbol: "BTCUSDT",
    lane: "main:bybit:BTCUSDT",
    seq: 1,
    action: "buy",
    quantity: "0.001",
    order_type: "market",
    price: null,
    outcome: "rejected",
    code: null,
    reason: "not enough balance",
    filled_quantity: "0",
    average_price: null,
    settled_at: null,
    first_request_id: null,
    orders: [],
    fills: [],
  };

  it("say what was asked for where nothing was filled", async () => {
    const { ask, answers } = desk({ "/orders": { orders: [order] } });
    await ask({ text: "/orders" });

    expect(answers()[0]?.details?.[0]?.value).toBe(`buy 0.001 BTCUSDT: not enough balance /trace ${requestId}`);
  });

  it("say what a resting order waits for", async () => {
    const leg = { leg: "s1", side: "sell", quantity: "0.001", symbol: "BTCUSDT", status: "working" };
    const orders = [{ ...leg, filled_quantity: "0", average_price: null, price: "63700" }];
    const none = { fills: [], notifications: [], deadLetters: [], logs: [] };
    const { ask, answers } = desk({ [`/traces/${requestId}`]: { requestId, orders, ...none } });
    await ask({ text: `/trace ${requestId}` });

    expect(answers()[0]?.details).toContainEqual({
      label: "Order s1 working",
      value: "sell 0.001 BTCUSDT at 63700",
    });
  });
});

describe("/kill", () => {
  it("stops entries at once, by the chat, with the reason given", async () => {
    const { ask, killSwitch, records } = desk();
    await ask({ text: "/kill venue misbehaves" });

    expect(killSwitch.state).toMatchObject({
      mode: "entries",
      by: "telegram:42",
      reason: "venue misbehaves (@trader)",
    });
    expect(records()).toMatchObject([{ data: { actor: "telegram:42", action: "kill-switch.on", target: "entries" } }]);
  });

  it("all stops entries at once and the rest by a button", async () => {
    const { ask, killSwitch, actionOf } = desk();
    await ask({ text: "/kill all" });
    expect(killSwitch.state.mode).toBe("entries");
    await ask({ action: actionOf(/kill-all/) });

    expect(killSwitch.state.mode).toBe("all");
  });

  it("leaves a stop of everything as it is", async () => {
    const { ask, killSwitch } = desk();
    killSwitch.state = { mode: "all", reason: "runaway", by: "operator" };
    await ask({ text: "/kill entries" });

    expect(killSwitch.state).toMatchObject({ mode: "all", by: "operator" });
  });

  it("does not make a stop milder that comes in the same moment", async () => {
    const { ask, answers, killSwitch, records } = desk();
    killSwitch.faster = { mode: "all", reason: "runaway", by: "operator" };
    await ask({ text: "/kill" });

    expect(killSwitch.state).toMatchObject({ mode: "all", by: "operator" });
    expect(answers()[0]).toMatchObject({ title: expect.stringContaining("(already)") });
    expect(records()).toEqual([]);
  });

  it("stops however late it comes", async () => {
    const { ask, killSwitch } = desk();
    await ask({ text: "/kill" }, { secondsAgo: 3_600 });

    expect(killSwitch.state.mode).toBe("entries");
  });

  it("says why when the kill switch cannot be set", async () => {
    const { ask, answers, killSwitch } = desk();
    killSwitch.trouble = new Error("Durable Object reset");
    await ask({ text: "/kill" });

    expect(answers()[0]).toMatchObject({
      title: expect.stringContaining("did not confirm"),
      details: [{ label: "Next", value: expect.stringContaining("KV key") }],
    });
  });

  it("cancels resting entries only while trading is stopped", async () => {
    const { ask, answers, killSwitch } = desk();
    await ask({ action: "cancel-entries" });

    expect(answers()[0]?.title).toContain("nothing was cancelled");
    expect(killSwitch.state.mode).toBe("off");
  });
});

describe("/resume", () => {
  it("changes nothing before its button is pressed", async () => {
    const { ask, killSwitch, actionOf, answers } = desk();
    await ask({ text: "/kill" });
    await ask({ text: "/resume" });
    expect(killSwitch.state.mode).toBe("entries");
    await ask({ action: actionOf(/^resume:/) });

    expect(killSwitch.state).toMatchObject({ mode: "off", by: "telegram:42" });
    expect(answers().at(-1)?.title).toBe("Trading goes on");
  });

  it("resumes nothing when the stop is another one by then", async () => {
    const { ask, killSwitch, actionOf } = desk();
    await ask({ text: "/kill" });
    await ask({ text: "/resume" });
    killSwitch.state = { ...killSwitch.state, changedAt: new Date("2026-11-01T12:00:30.000Z") };
    await ask({ action: actionOf(/^resume:/) });

    expect(killSwitch.state.mode).toBe("entries");
  });

  it("resumes nothing when a stop comes in the same moment as the press", async () => {
    const { ask, killSwitch, actionOf, answers, kv, records } = desk();
    await ask({ text: "/kill" });
    await ask({ text: "/resume" });
    kv.values.set("trade:kill_switch", "off");
    const before = records().length;
    killSwitch.faster = {
      mode: "entries",
      reason: "again",
      by: "operator",
      changedAt: new Date("2026-11-01T12:00:30.000Z"),
    };
    await ask({ action: actionOf(/^resume:/) });

    expect(killSwitch.state).toMatchObject({ mode: "entries", by: "operator" });
    expect(answers().at(-1)).toMatchObject({
      title: expect.stringContaining("Stopped"),
      details: expect.arrayContaining([
        { label: "Note", value: "operator has set the kill switch to entries meanwhile (again), and that stays" },
      ]),
    });
    expect(kv.values.has("trade:kill_switch")).toBe(true);
    expect(records()).toHaveLength(before);
  });

  it("resumes nothing when a KV key says stop that it did not say before", async () => {
    const { ask, killSwitch, actionOf, kv } = desk();
    await ask({ text: "/kill" });
    await ask({ text: "/resume" });
    kv.values.set("trade:kill_switch", "all");
    await ask({ action: actionOf(/^resume:/) });

    expect(killSwitch.state.mode).toBe("entries");
    expect(kv.values.get("trade:kill_switch")).toBe("all");
  });

  it.each([{ text: "/resume" }, { action: "resume:0" }])("%j is not done a minute later", async (said) => {
    const { ask, killSwitch, answers } = desk();
    killSwitch.state = { mode: "entries", reason: "test", by: "operator" };
    await ask(said, { secondsAgo: 90 });

    expect(killSwitch.state.mode).toBe("entries");
    expect(answers()[0]).toMatchObject({ title: expect.stringContaining("Too late"), details: [] });
  });

  it("has nothing to do while trading goes on", async () => {
    const { ask, answers } = desk();
    await ask({ text: "/resume" });

    expect(answers()[0]).toMatchObject({ title: expect.stringContaining("nothing to resume") });
    expect(answers()[0]?.buttons).toBeUndefined();
  });
});

describe("an acknowledgement", () => {
  it("is recorded for the notification that the button belongs to", async () => {
    const { shortHash } = await import("#contracts/telegram");
    const { ask, records, answers } = desk();
    await ask({ action: `ack:${await shortHash(critical.id)}` });

    expect(records()).toMatchObject([
      { type: "notification.acknowledged", requestId, data: { notificationId: critical.id, by: "telegram:42" } },
      { type: "audit.recorded", data: { actor: "telegram:42", action: "notification.acknowledge" } },
    ]);
    expect(answers()[0]?.title).toBe("Acknowledged: Exit not executed");
  });

  it("that was given before is said to be so", async () => {
    const { ask, records, answers } = desk();
    await ask({ action: "ack:AAAAAAAAAAAAAAAA" });

    expect(records()).toEqual([]);
    expect(answers()[0]?.title).toContain("already");
  });
});
