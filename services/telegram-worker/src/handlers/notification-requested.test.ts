import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { decode } from "#contracts/codec";
import { consumeAll, type ConsumerOptions } from "#queues/consumer";
import { createProducer } from "#queues/producer";
import { registry } from "#queues/registry";
import { createLogBuffer } from "#runtime/log";
import { batchOf, FakeDelivery, FakeQueue } from "../../../../tooling/fakes/queue.ts";
import { FakeTelegram, faults } from "../../../../tooling/fakes/telegram.ts";
import { createBot } from "../bot.ts";
import { createButtons } from "../buttons.ts";
import { createLogChannel } from "../channel.ts";
import { Recent } from "../recent.ts";
import { onNotifications, type NotificationDeps } from "./notification-requested.ts";

const requestIds = ["9b1deb4d-3b7d-4bad-9bdd-2b0d7b3dcb6d", "1b9d6bcd-bbfd-4b2d-9b5d-ab8dfbbd4bed"] as const;
let telegram: FakeTelegram;

beforeEach(async () => {
  telegram = await FakeTelegram.start();
});
afterEach(() => telegram.stop());

type Asked = { ledger: string; ids: readonly string[] };

/** The consumer as deployed, with the queues, the ledger and the clock replaced. */
function worker(options: { token?: boolean; unconfirmed?: (asked: Asked) => Promise<readonly string[]> } = {}) {
  const records = new FakeQueue();
  const dlq = new FakeQueue();
  const written: { event: string; message: string; requestId?: string; severity: string }[] = [];
  const asked: Asked[] = [];
  const confirmed: Asked[] = [];
  const producer = createProducer({
    source: "telegram-worker",
    env: { RECORDS_QUEUE: records, NOTIFICATIONS_DLQ: dlq },
  });
  const ledgers = createProducer({ source: "ledger-worker", env: {} });
  const { log } = createLogBuffer({
    worker: "telegram-worker",
    producer,
    write: (line) => written.push(JSON.parse(line)),
  });
  const deps: NotificationDeps = {
    channel:
      options.token === false
        ? createLogChannel(log)
        : createBot({ token: telegram.token, apiRoot: telegram.url, buttons: createButtons("inner") }),
    defaultChat: async () => "42",
    unconfirmed: async (ledger, ids) => {
      asked.push({ ledger, ids });
      return options.unconfirmed?.({ ledger, ids }) ?? ids;
    },
    sent: new Recent(100),
    producer,
    log,
    now: () => new Date("2026-11-01T00:00:00.000Z"),
  };
  const consumer: ConsumerOptions = {
    worker: "telegram-worker",
    workerVersion: "v1",
    producer,
    confirm: async (ledger, ids) => void confirmed.push({ ledger, ids }),
    report: () => undefined,
    random: () => 1,
  };
  let minted = 0;
  function notification(
    of: {
      title?: string;
      details?: { label: string; value: string }[];
      chatId?: string;
      confirmTo?: string;
      requestId?: string;
      at?: Date;
      id?: string;
      generation?: number;
    } = {},
  ): FakeDelivery {
    const { title = "Filled: buy 0.01 BTCUSDT", details = [], chatId, confirmTo } = of;
    const { requestId = requestIds[0], at = new Date(0) } = of;
    minted += 1;
    const data = { severity: "info" as const, title, details, chatId, at };
    const origin = { requestId, id: of.id ?? `n${minted}`, confirmTo, generation: of.generation };
    return new FakeDelivery(ledgers.pack("notifications", "notification.requested", data, origin).wire);
  }
  const consume = (...deliveries: FakeDelivery[]): Promise<void> =>
    consumeAll("notifications", batchOf("notifications", ...deliveries), onNotifications, deps, consumer);
  const recorded = () => records.sent.map((body) => decode(registry.records.contracts, body));
  return { notification, consume, recorded, records, dlq, written, asked, confirmed, deps };
}

describe("notifications", () => {
  it("of one batch reach a chat as one message, oldest first", async () => {
    const { notification, consume } = worker();
    await consume(
      notification({ title: "second", at: new Date(2) }),
      notification({ title: "first", at: new Date(1) }),
    );

    expect(telegram.textsIn("42")).toEqual([`first\n${requestIds[0]}\n\nsecond\n${requestIds[0]}`]);
  });

  it("go to the chat that they name", async () => {
    const { notification, consume } = worker();
    await consume(notification({ title: "here" }), notification({ title: "there", chatId: "-7" }));

    expect([telegram.textsIn("42").length, telegram.textsIn("-7").length]).toEqual([1, 1]);
  });

  it("are recorded as sent, with one call for the batch", async () => {
    const { notification, consume, recorded, records } = worker();
    await consume(notification({ id: "a" }), notification({ id: "b", requestId: requestIds[1] }));

    expect(records.calls).toBe(1);
    expect(recorded()).toMatchObject([
      {
        id: "a/sent",
        requestId: requestIds[0],
        causationId: "a",
        data: { notificationId: "a", channel: "telegram", chatId: "42", status: "sent" },
      },
      { id: "b/sent", requestId: requestIds[1], data: { notificationId: "b", status: "sent" } },
    ]);
  });

  it("are confirmed to the ledger that sent them", async () => {
    const { notification, consume, confirmed } = worker();
    await consume(notification({ id: "a", confirmTo: "main:paper" }));

    expect(confirmed).toEqual([{ ledger: "main:paper", ids: ["a"] }]);
  });
});

describe("a notification that its ledger knows to be told", () => {
  it("is acknowledged without being told again", async () => {
    const { notification, consume, asked, recorded } = worker({ unconfirmed: async () => ["b"] });
    const told = notification({ id: "a", title: "told", confirmTo: "main:paper" });
    await consume(
      told,
      notification({ id: "b", title: "new", confirmTo: "main:paper" }),
      notification({ id: "c", title: "unasked" }),
    );

    expect(asked).toEqual([{ ledger: "main:paper", ids: ["a", "b"] }]);
    expect(told.settled).toBe("ack");
    expect(telegram.textsIn("42")).toEqual([expect.not.stringContaining("told\n")]);
    expect(recorded()).toHaveLength(2);
  });

  it("is told when an operator replays it: its ledger counted it as done when it was parked", async () => {
    const { notification, consume, asked } = worker({ unconfirmed: async () => [] });
    await consume(notification({ id: "a", title: "replayed", confirmTo: "main:paper", generation: 1 }));

    expect(asked).toEqual([]);
    expect(telegram.textsIn("42")).toEqual([expect.stringContaining("replayed")]);
  });

  it("is told anyway when the ledger cannot be asked", async () => {
    const { notification, consume, written } = worker({ unconfirmed: async () => Promise.reject(new Error("reset")) });
    await consume(notification({ confirmTo: "main:paper" }));

    expect(telegram.messages).toHaveLength(1);
    expect(written).toContainEqual(expect.objectContaining({ event: "ledger.unreachable", severity: "warn" }));
  });

  it("is told once when it comes twice to one isolate", async () => {
    const { notification, consume } = worker();
    await consume(notification({ id: "a" }), notification({ id: "a" }));
    await consume(notification({ id: "a" }));

    expect(telegram.messages).toHaveLength(1);
  });
});

describe("a chat that cannot be told", () => {
  it("has exactly its own messages come back when Telegram says", async () => {
    const { notification, consume, recorded } = worker();
    telegram.fail(faults.tooManyRequests(9, "-7"));
    const [fine, busy, busyToo] = [notification(), notification({ chatId: "-7" }), notification({ chatId: "-7" })];
    await consume(fine, busy, busyToo);

    expect([fine.settled, busy.settled, busyToo.settled]).toEqual(["ack", { retryAfter: 9 }, { retryAfter: 9 }]);
    expect(recorded()).toHaveLength(1);
  });

  it("is asked no more in that batch, and what was sent before stays sent", async () => {
    const { notification, consume, deps } = worker();
    const { deliver } = deps.channel;
    deps.channel.deliver = async (digest, chatId) => {
      const taken = await deliver(digest, chatId);
      telegram.fail(faults.tooManyRequests(3));
      return taken;
    };
    const long = (index: number) => notification({ title: `${index} ${"x".repeat(290)}`, at: new Date(index) });
    const deliveries = Array.from({ length: 40 }, (_, index) => long(index));
    await consume(...deliveries);
    const sent = telegram.messages[0]?.text.match(/x{290}/g)?.length ?? 0;

    expect(telegram.calls).toHaveLength(2);
    expect(deliveries.map((each) => each.settled)).toEqual(
      deliveries.map((_, index) => (index < sent ? "ack" : { retryAfter: 3 })),
    );
  });

  it("has its messages parked and recorded as failed when it never will be", async () => {
    const { notification, consume, dlq, recorded } = worker();
    telegram.fail(faults.blocked());
    const delivery = notification({ id: "a" });
    await consume(delivery);

    expect(delivery.settled).toBe("ack");
    expect(dlq.sent).toHaveLength(1);
    expect(recorded()).toMatchObject([
      { id: "a/failed", data: { status: "failed", reason: expect.stringContaining("blocked") } },
    ]);
  });

  it("has its messages come back with backoff when Telegram is down", async () => {
    const { notification, consume, recorded } = worker();
    telegram.fail(faults.unavailable());
    const delivery = notification();
    await consume(delivery);

    expect(delivery.settled).toEqual({ retryAfter: 2 });
    expect(recorded()).toEqual([]);
  });
});

describe("a record that cannot be queued", () => {
  it("brings the message back, and only the record is sent then", async () => {
    const { notification, consume, records, recorded } = worker();
    records.failNext = 2;
    const first = notification({ id: "a" });
    await consume(first);
    const second = notification({ id: "a" });
    await consume(second);

    expect([first.settled, second.settled]).toEqual([{ retryAfter: 2 }, "ack"]);
    expect(telegram.messages).toHaveLength(1);
    expect(recorded()).toMatchObject([{ id: "a/sent" }]);
  });
});

describe("without a bot token", () => {
  it("each notification is a line of the log with its requestId, and counts as sent", async () => {
    const { notification, consume, written, recorded } = worker({ token: false });
    const details = [
      { label: "Lane", value: "main:paper:BTCUSDT" },
      { label: "Request", value: requestIds[0] },
    ];
    const delivery = notification({ title: "Filled: buy 1 BTCUSDT", details });
    await consume(delivery);

    expect(delivery.settled).toBe("ack");
    expect(written).toContainEqual(
      expect.objectContaining({
        event: "notification.logged",
        severity: "info",
        requestId: requestIds[0],
        message: "Filled: buy 1 BTCUSDT",
        fields: expect.objectContaining({ severity: "info", details: ["Lane: main:paper:BTCUSDT"] }),
      }),
    );
    expect(recorded()).toMatchObject([{ data: { channel: "log", status: "sent" } }]);
    expect(telegram.calls).toEqual([]);
  });

  it("that is said once", async () => {
    const { notification, consume, written } = worker({ token: false });
    await consume(notification(), notification());
    await consume(notification());

    expect(written.filter((line) => line.event === "telegram.not_configured")).toHaveLength(1);
    expect(written.filter((line) => line.event === "notification.logged")).toHaveLength(3);
  });
});
