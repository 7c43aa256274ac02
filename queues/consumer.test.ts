import { describe, expect, it } from "vitest";
import { decode } from "#contracts/codec";
import { letterParked } from "#contracts/dead-letter";
import { batchOf, FakeDelivery, FakeQueue } from "../tooling/fakes/queue.ts";
import { consumeAll, consumeEach, type AttemptReport, type ConsumerOptions } from "./consumer.ts";
import { consumeDeadLetters, type ArrivedLetter } from "./dead-letters.ts";
import { PermanentError, RetryLater } from "./errors.ts";
import { createProducer } from "./producer.ts";
import { registry } from "./registry.ts";

const requestId = "9b1deb4d-3b7d-4bad-9bdd-2b0d7b3dcb6d";
const LAST_NOTIFICATION_ATTEMPT = registry.notifications.retry.limit + 1;

function mesh() {
  const dlq = new FakeQueue();
  const queue = new FakeQueue();
  const reports: AttemptReport[] = [];
  const confirmed: { ledger: string; ids: readonly string[] }[] = [];
  const env = {
    NOTIFICATIONS_QUEUE: queue,
    NOTIFICATIONS_DLQ: dlq,
    TRADE_SIGNALS_QUEUE: queue,
    TRADE_SIGNALS_DLQ: dlq,
  };
  const producer = createProducer({ source: "ledger-worker", env });
  const options: ConsumerOptions = {
    worker: "telegram-worker",
    workerVersion: "v1",
    producer,
    confirm: async (ledger, ids) => void confirmed.push({ ledger, ids }),
    report: (line) => reports.push(line),
    random: () => 1,
  };
  const notification = (title: string, attempts = 1): FakeDelivery =>
    new FakeDelivery(
      producer.pack(
        "notifications",
        "notification.requested",
        { severity: "info", title, details: [], at: new Date() },
        { requestId, id: `${requestId}/${title}`, confirmTo: "main:paper" },
      ).wire,
      { attempts },
    );
  const hint = (attempts: number): FakeDelivery =>
    new FakeDelivery(
      producer.pack("trade-signals", "signal.hinted", { ledger: "main:paper", purpose: "execute" }, { requestId }).wire,
      { attempts },
    );
  const parked = () => dlq.sent.map((body) => decode([letterParked], body));
  return { dlq, reports, confirmed, options, notification, hint, parked };
}

const succeed = async (): Promise<void> => undefined;
const failWith = (error: unknown) => async (): Promise<void> => {
  throw error;
};

describe("a message that succeeds", () => {
  it("is acknowledged and confirmed to the ledger that waits for it", async () => {
    const { options, notification, confirmed } = mesh();
    const delivery = notification("a");
    await consumeEach(
      "notifications",
      batchOf("notifications", delivery),
      { "notification.requested": succeed },
      {},
      options,
    );

    expect(delivery.settled).toBe("ack");
    expect(confirmed).toEqual([{ ledger: "main:paper", ids: [`${requestId}/a`] }]);
  });

  it("stays acknowledged when confirming fails", async () => {
    const { options, notification } = mesh();
    const delivery = notification("a");
    const failing = { ...options, confirm: failWith(new Error("ledger reset")) };
    await consumeEach(
      "notifications",
      batchOf("notifications", delivery),
      { "notification.requested": succeed },
      {},
      failing,
    );

    expect(delivery.settled).toBe("ack");
  });
});

describe("a message that fails", () => {
  it("is retried with a growing delay while attempts remain", async () => {
    const { options, notification } = mesh();
    const deliveries = [notification("a", 1), notification("b", 2), notification("c", 5)];
    const handlers = { "notification.requested": failWith(new Error("boom")) };
    await consumeEach("notifications", batchOf("notifications", ...deliveries), handlers, {}, options);

    expect(deliveries.map((each) => each.settled)).toEqual([{ retryAfter: 2 }, { retryAfter: 4 }, { retryAfter: 32 }]);
  });

  it("is retried when the other side said, if it said so", async () => {
    const { options, notification } = mesh();
    const delivery = notification("a");
    const handlers = { "notification.requested": failWith(new RetryLater(7, "too many requests")) };
    await consumeEach("notifications", batchOf("notifications", delivery), handlers, {}, options);

    expect(delivery.settled).toEqual({ retryAfter: 7 });
  });

  it.each([
    [Number.NaN, 2],
    [-5, 0],
    [1e9, 43_200],
  ])(
    "is retried after a delay the platform takes, when the other side says %d seconds",
    async (seconds, retryAfter) => {
      const { options, notification } = mesh();
      const delivery = notification("a");
      const handlers = { "notification.requested": failWith(new RetryLater(seconds, "odd")) };
      await consumeEach("notifications", batchOf("notifications", delivery), handlers, {}, options);

      expect(delivery.settled).toEqual({ retryAfter });
    },
  );

  it("by throwing at once, before any await, is retried like any other, and its neighbours are settled", async () => {
    const { options, notification } = mesh();
    const deliveries = [notification("a"), notification("b")];
    const handlers = {
      "notification.requested": ({ data }: { data: { title: string } }): Promise<void> => {
        if (data.title === "a") throw new Error("not even a promise");
        return Promise.resolve();
      },
    };
    await consumeEach("notifications", batchOf("notifications", ...deliveries), handlers, {}, options);

    expect(deliveries.map((each) => each.settled)).toEqual([{ retryAfter: 2 }, "ack"]);
  });

  it("is parked with its reason after the last attempt, and not confirmed", async () => {
    const { options, notification, parked, confirmed } = mesh();
    const delivery = notification("a", LAST_NOTIFICATION_ATTEMPT);
    const handlers = { "notification.requested": failWith(new Error("boom")) };
    await consumeEach("notifications", batchOf("notifications", delivery), handlers, {}, options);

    expect(delivery.settled).toBe("ack");
    expect(parked()).toMatchObject([
      {
        requestId,
        confirmTo: "main:paper",
        data: { originQueue: "notifications", class: "retries_exhausted", reason: "boom", final: false },
      },
    ]);
    expect(confirmed).toEqual([]);
  });

  it("is parked at once when no later attempt can succeed", async () => {
    const { options, notification, parked } = mesh();
    const delivery = notification("a");
    const handlers = { "notification.requested": failWith(new PermanentError("bot_blocked", "the bot was blocked")) };
    await consumeEach("notifications", batchOf("notifications", delivery), handlers, {}, options);

    expect(delivery.settled).toBe("ack");
    expect(parked()).toMatchObject([{ data: { class: "permanent", error: "bot_blocked", final: true } }]);
  });

  it("is retried, never acknowledged, when parking fails", async () => {
    const { options, notification, dlq } = mesh();
    dlq.failNext = 2;
    const delivery = notification("a", LAST_NOTIFICATION_ATTEMPT);
    const handlers = { "notification.requested": failWith(new Error("boom")) };
    await consumeEach("notifications", batchOf("notifications", delivery), handlers, {}, options);

    expect(delivery.settled).toEqual({ retryAfter: expect.any(Number) });
  });

  it("is dropped after the last attempt where the ledger sends it again anyway", async () => {
    const { options, hint, dlq } = mesh();
    const delivery = hint(registry["trade-signals"].retry.limit + 1);
    const handlers = { "signal.hinted": failWith(new Error("ledger unreachable")) };
    await consumeEach("trade-signals", batchOf("trade-signals", delivery), handlers, {}, options);

    expect(delivery.settled).toBe("ack");
    expect(dlq.sent).toEqual([]);
  });

  it("never takes keys or tokens into its letter", async () => {
    const { options, notification, dlq } = mesh();
    const handlers = {
      "notification.requested": failWith(
        new PermanentError("x", "https://api/bot123456789:AAF-abcdefghijklmnopqrstuvwxyz0123456/x?apiKey=sesame"),
      ),
    };
    await consumeEach("notifications", batchOf("notifications", notification("a")), handlers, {}, options);

    expect(JSON.stringify(dlq.sent)).not.toMatch(/abcdefghijklmnopqrstuvwxyz0123456|sesame/);
  });

  it.each([
    ["our wrapper", "notifications"],
    ["the platform's raw message", "notifications-dlq"],
  ])("is parked without the secrets in its body, as %s", async (_, queue) => {
    const { options, parked } = mesh();
    const body = { said: 'POST {"apiKey":"sesame"}', headers: { "X-MBX-APIKEY": ["sesame"] }, symbol: "BTCUSDT" };
    let letters: { body?: unknown }[] = [];
    if (queue === "notifications") {
      const handlers = { "notification.requested": succeed };
      await consumeEach("notifications", batchOf(queue, new FakeDelivery(body)), handlers, {}, options);
      letters = parked().map(({ data }) => data);
    } else {
      const store = async (arrived: readonly ArrivedLetter[]) => {
        letters = arrived.map(({ letter }) => letter);
        return arrived.map(() => undefined);
      };
      await consumeDeadLetters(batchOf(queue, new FakeDelivery(body)), { store, archive: succeed }, options);
    }

    expect(letters.map((letter) => letter.body)).toEqual([
      { said: 'POST {"apiKey":"[redacted]"}', headers: { "X-MBX-APIKEY": ["[redacted]"] }, symbol: "BTCUSDT" },
    ]);
  });
});

describe("a batch", () => {
  it("settles every message exactly once, whatever happens to each", async () => {
    const { options, notification, dlq } = mesh();
    const undecodable = new FakeDelivery({ json: { nonsense: true } });
    const deliveries = ["ok", "later", "never", "boom"].map((title) => notification(title));
    const errors: Record<string, Error> = {
      later: new RetryLater(9, "busy"),
      never: new PermanentError("no", "never"),
      boom: new Error("boom"),
    };
    const handlers = {
      "notification.requested": async ({ data }: { data: { title: string } }) => {
        const error = errors[data.title];
        if (error) throw error;
      },
    };
    await consumeEach("notifications", batchOf("notifications", ...deliveries, undecodable), handlers, {}, options);

    expect(deliveries.map((each) => each.settled)).toEqual(["ack", { retryAfter: 9 }, "ack", { retryAfter: 2 }]);
    expect(undecodable.settled).toBe("ack");
    expect([...deliveries, undecodable].map((each) => each.settleCalls)).toEqual([1, 1, 1, 1, 1]);
    expect(dlq.sent).toHaveLength(2);
  });

  it("handled as one gives each message its own verdict", async () => {
    const { options, notification, confirmed } = mesh();
    const deliveries = [notification("a"), new FakeDelivery("garbage"), notification("b"), notification("c")];
    const handler = async (messages: readonly unknown[]) =>
      messages.map((_, index) => (index === 1 ? new Error("b") : undefined));
    await consumeAll("notifications", batchOf("notifications", ...deliveries), handler, {}, options);

    expect(deliveries.map((each) => each.settled)).toEqual(["ack", "ack", { retryAfter: 2 }, "ack"]);
    expect(confirmed).toEqual([{ ledger: "main:paper", ids: [`${requestId}/a`, `${requestId}/c`] }]);
  });

  it("handled as one is retried whole when the handler throws", async () => {
    const { options, notification } = mesh();
    const deliveries = [notification("a"), notification("b")];
    await consumeAll("notifications", batchOf("notifications", ...deliveries), failAll, {}, options);

    expect(deliveries.map((each) => each.settled)).toEqual([{ retryAfter: 2 }, { retryAfter: 2 }]);
  });

  it("handled as one is retried whole when the verdicts do not match the messages", async () => {
    const { options, notification } = mesh();
    const deliveries = [notification("a"), notification("b")];
    await consumeAll("notifications", batchOf("notifications", ...deliveries), async () => [], {}, options);

    expect(deliveries.map((each) => each.settled)).toEqual([{ retryAfter: 2 }, { retryAfter: 2 }]);
  });

  it("is settled and confirmed even when its report throws", async () => {
    const { options, notification, confirmed } = mesh();
    const delivery = notification("a");
    const report = (): never => {
      throw new Error("no log");
    };
    await consumeEach(
      "notifications",
      batchOf("notifications", delivery),
      { "notification.requested": succeed },
      {},
      { ...options, report },
    );

    expect(delivery.settled).toBe("ack");
    expect(confirmed).toHaveLength(1);
  });

  it("reports how long it lay in its queue", async () => {
    const { options, notification, reports } = mesh();
    const later = new Date(Date.now() + 90_000);
    const delivery = notification("a");
    const handlers = { "notification.requested": succeed };
    await consumeEach(
      "notifications",
      batchOf("notifications", delivery),
      handlers,
      {},
      { ...options, now: () => later },
    );

    expect(reports[0]?.waitMs).toBeGreaterThan(89_000);
  });

  it("reports one line per message", async () => {
    const { options, notification, reports } = mesh();
    await consumeEach(
      "notifications",
      batchOf("notifications", notification("a"), new FakeDelivery(7)),
      { "notification.requested": succeed },
      {},
      options,
    );

    expect(reports.map(({ settled, requestId: of, attempt }) => ({ settled, of, attempt }))).toEqual(
      expect.arrayContaining([
        { settled: "acked", of: requestId, attempt: 1 },
        { settled: "parked", of: undefined, attempt: 1 },
      ]),
    );
  });
});

const failAll = async (): Promise<never> => {
  throw new Error("D1 is overloaded");
};

describe("a dead letter", () => {
  const storeAll = async (letters: readonly ArrivedLetter[]) => letters.map(() => undefined);
  const noArchive = failWith(new Error("the archive is down"));

  async function deadLetterOf(error: Error, attempts = 1): Promise<{ body: unknown; of: ReturnType<typeof mesh> }> {
    const of = mesh();
    await consumeEach(
      "notifications",
      batchOf("notifications", of.notification("a", attempts)),
      { "notification.requested": failWith(error) },
      {},
      of.options,
    );
    return { body: of.dlq.sent[0], of };
  }

  it("that is final is confirmed to its ledger once it is stored", async () => {
    const { body, of } = await deadLetterOf(new PermanentError("no", "never"));
    const delivery = new FakeDelivery(body);
    await consumeDeadLetters(
      batchOf("notifications-dlq", delivery),
      { store: storeAll, archive: noArchive },
      of.options,
    );

    expect(delivery.settled).toBe("ack");
    expect(of.confirmed).toEqual([{ ledger: "main:paper", ids: [`${requestId}/a`, `letter/${requestId}/a`] }]);
  });

  it("that merely ran out of retries is not confirmed: the ledger goes on publishing", async () => {
    const { body, of } = await deadLetterOf(new Error("boom"), LAST_NOTIFICATION_ATTEMPT);
    await consumeDeadLetters(
      batchOf("notifications-dlq", new FakeDelivery(body)),
      { store: storeAll, archive: noArchive },
      of.options,
    );

    expect(of.confirmed).toEqual([]);
  });

  it("that the platform moved raw is stored as unexplained, with what its header says", async () => {
    const { options, notification } = mesh();
    const stored: ArrivedLetter[] = [];
    const raw = notification("a");
    const store = async (letters: readonly ArrivedLetter[]) => {
      stored.push(...letters);
      return letters.map(() => undefined);
    };
    await consumeDeadLetters(
      batchOf("notifications-dlq", raw, new FakeDelivery("garbage")),
      { store, archive: noArchive },
      options,
    );

    expect(stored.map(({ letter }) => letter.class)).toEqual(["unexplained", "unexplained"]);
    expect(stored[0]).toMatchObject({
      header: { requestId },
      letter: { originQueue: "notifications", type: "notification.requested" },
    });
    expect(stored[1]).toMatchObject({ letter: { body: "garbage" } });
  });

  it("is retried while the database is down", async () => {
    const { body, of } = await deadLetterOf(new PermanentError("no", "never"));
    const delivery = new FakeDelivery(body, { attempts: 2 });
    await consumeDeadLetters(
      batchOf("notifications-dlq", delivery),
      { store: failAll, archive: async () => undefined },
      of.options,
    );

    expect(delivery.settled).toEqual({ retryAfter: 10 });
    expect(of.confirmed).toEqual([]);
  });

  it("goes to the archive after the third failure of the database", async () => {
    const { body, of } = await deadLetterOf(new PermanentError("no", "never"));
    const delivery = new FakeDelivery(body, { attempts: 3 });
    await consumeDeadLetters(
      batchOf("notifications-dlq", delivery),
      { store: failAll, archive: async () => undefined },
      of.options,
    );

    expect(delivery.settled).toBe("ack");
  });

  it("is kept on its queue, at most 15 minutes at a time, when database and archive are both down", async () => {
    const { body, of } = await deadLetterOf(new PermanentError("no", "never"));
    const delivery = new FakeDelivery(body, { attempts: 60 });
    await consumeDeadLetters(
      batchOf("notifications-dlq", delivery),
      { store: failAll, archive: noArchive },
      of.options,
    );

    expect(delivery.settled).toEqual({ retryAfter: 900 });
  });
});
