import { describe, expect, it } from "vitest";
import { decode } from "#contracts/codec";
import { FakeQueue } from "../tooling/fakes/queue.ts";
import { PermanentError } from "./errors.ts";
import { createProducer, type QueueBinding } from "./producer.ts";
import { bindingOf, originOf, registry } from "./registry.ts";

const requestId = "9b1deb4d-3b7d-4bad-9bdd-2b0d7b3dcb6d";
const hint = { ledger: "main:paper", purpose: "execute" } as const;
const line = {
  id: "1",
  createdAt: "2026-11-01T00:00:00.000Z",
  worker: "hoox",
  severity: "info",
  event: "alert.accepted",
  message: "",
  fields: {},
} as const;

function hoox(queue: QueueBinding = new FakeQueue(), timeoutMs = 1_000) {
  return createProducer({ source: "hoox", env: { TRADE_SIGNALS_QUEUE: queue, SYSTEM_LOGS_QUEUE: queue }, timeoutMs });
}

describe("the producer", () => {
  it("sends an envelope that the queue's contracts can read", async () => {
    const queue = new FakeQueue();
    await hoox(queue).send("trade-signals", "signal.hinted", hint, { requestId });

    expect(decode(registry["trade-signals"].contracts, queue.sent[0])).toMatchObject({
      type: "signal.hinted",
      requestId,
      causationId: requestId,
      source: "hoox",
      generation: 0,
      data: hint,
    });
  });

  it("packs the body of a dead letter as the same message in its next life", async () => {
    const queue = new FakeQueue();
    const producer = hoox(queue);
    await producer.send("trade-signals", "signal.hinted", hint, { requestId, id: "hint-1" });
    await producer.sendPacked([producer.packAgain("trade-signals", queue.sent[0], { generation: 1, replayId: "r-1" })]);

    expect(decode(registry["trade-signals"].contracts, queue.sent[1])).toMatchObject({
      id: "hint-1",
      requestId,
      generation: 1,
      replayId: "r-1",
      data: hint,
    });
    expect(() => producer.packAgain("trade-signals", { nonsense: true }, { generation: 1 })).toThrow(PermanentError);
  });

  it("never lets a secret of its Worker leave it, wherever in a message it stands", async () => {
    const queue = new FakeQueue();
    const secret = "kept-to-itself-77";
    const env = { SYSTEM_LOGS_QUEUE: queue, WEBHOOK_API_KEY_BINDING: secret };
    const producer = createProducer({ source: "hoox", env });
    const packed = producer.pack(
      "system-logs",
      "log.batch",
      { lines: [{ ...line, message: `"${secret}"`, fields: { [secret]: [`a${secret}b`] } }] },
      { requestId, id: `refusal/${secret}` },
    );
    await producer.sendPacked([packed]);

    expect(JSON.stringify([packed, queue.sent])).not.toContain(secret);
    const sent = decode(registry["system-logs"].contracts, queue.sent[0]);
    expect(sent.id).toBe(packed.id);
    expect(sent.data.lines[0]).toMatchObject({ message: '"[redacted]"', fields: { "[redacted]": ["a[redacted]b"] } });
  });

  it("tries once more when sending fails", async () => {
    const queue = new FakeQueue();
    queue.failNext = 1;
    await hoox(queue).send("trade-signals", "signal.hinted", hint, { requestId });

    expect(queue.sent).toHaveLength(1);
  });

  it("gives up after the second failure, with the platform's words", async () => {
    const queue = new FakeQueue();
    queue.failNext = 2;

    await expect(hoox(queue).send("trade-signals", "signal.hinted", hint, { requestId })).rejects.toThrow(
      /Internal Server Error/,
    );
  });

  it("does not wait for ever on a send that hangs", async () => {
    const hanging: QueueBinding = {
      send: () => new Promise(() => undefined),
      sendBatch: () => new Promise(() => undefined),
    };

    await expect(hoox(hanging, 5).send("trade-signals", "signal.hinted", hint, { requestId })).rejects.toThrow(
      /within 5 ms/,
    );
  });

  it("refuses a message that would leave no room for the parking wrapper", () => {
    const lines = Array.from({ length: 70 }, () => ({ ...line, message: "x".repeat(2_000) }));

    expect(() => hoox().pack("system-logs", "log.batch", { lines }, { requestId })).toThrow(PermanentError);
  });

  it("names the missing binding", async () => {
    const producer = createProducer({ source: "trade-worker", env: {} });

    await expect(producer.send("system-logs", "log.batch", { lines: [line] }, { requestId })).rejects.toThrow(
      /SYSTEM_LOGS_QUEUE/,
    );
  });

  it("packs many messages into few calls within the platform's limits", async () => {
    const queue = new FakeQueue();
    const producer = hoox(queue);
    const small = Array.from({ length: 250 }, () =>
      producer.pack("trade-signals", "signal.hinted", hint, { requestId }),
    );
    await producer.sendPacked(small);

    expect(queue.sent).toHaveLength(250);
    expect(queue.calls).toBe(3);
  });

  it("keeps the order in which messages were packed", async () => {
    const queue = new FakeQueue();
    const producer = hoox(queue);
    await producer.sendPacked(
      ["a", "b", "c"].map((id) => producer.pack("trade-signals", "signal.hinted", hint, { requestId, id })),
    );

    expect(queue.sent.map((body) => decode(registry["trade-signals"].contracts, body).id)).toEqual(["a", "b", "c"]);
  });
});

describe("the registry", () => {
  it("derives the names of bindings", () => {
    expect(bindingOf("trade-signals")).toBe("TRADE_SIGNALS_QUEUE");
    expect(bindingOf("trade-signals-dlq")).toBe("TRADE_SIGNALS_DLQ");
  });

  it("knows the queue behind a dead-letter queue", () => {
    expect(originOf("system-logs-dlq")).toBe("system-logs");
    expect(originOf("system-logs")).toBeUndefined();
    expect(originOf("other-dlq")).toBeUndefined();
  });
});
