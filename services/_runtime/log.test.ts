import { describe, expect, it } from "vitest";
import { decode } from "#contracts/codec";
import type { LogLine } from "#contracts/log";
import { createProducer } from "#queues/producer";
import { registry } from "#queues/registry";
import { FakeQueue } from "../../tooling/fakes/queue.ts";
import { createConsoleLog, createLogBuffer } from "./log.ts";

const requestId = "9b1deb4d-3b7d-4bad-9bdd-2b0d7b3dcb6d";

function logging(options: Partial<Pick<Parameters<typeof createLogBuffer>[0], "now" | "store" | "producer">> = {}) {
  const queue = new FakeQueue();
  const written: string[] = [];
  const buffer = createLogBuffer({
    worker: "hoox",
    producer: createProducer({ source: "hoox", env: { SYSTEM_LOGS_QUEUE: queue } }),
    now: () => new Date("2026-11-01T00:00:00.000Z"),
    write: (line) => written.push(line),
    ...options,
  });
  const batches = () => queue.sent.map((body) => decode(registry["system-logs"].contracts, body).data.lines);
  return { queue, written, buffer, batches };
}

describe("the log", () => {
  it("writes one JSON line to the console at once", () => {
    const { buffer, written } = logging();
    buffer.log.for(requestId)("info", "alert.accepted", "accepted", { seq: 1 });

    expect(written.map((line) => JSON.parse(line))).toMatchObject([
      { requestId, worker: "hoox", severity: "info", event: "alert.accepted", fields: { seq: 1 } },
    ]);
  });

  it("sends the lines of an invocation as one message", async () => {
    const { buffer, batches } = logging();
    buffer.log("info", "a.b", "first");
    buffer.log("info", "a.b", "second");
    await buffer.flush();

    expect(batches().map((lines) => lines.map((line) => line.message))).toEqual([["first", "second"]]);
  });

  it("says its lines on the console alone where the queue is not bound", async () => {
    const producer = createProducer({ source: "hoox", env: {} });
    const { buffer, written } = logging({ producer });
    buffer.log("info", "a.b", "first");
    await buffer.flush();

    expect(written.map((line) => JSON.parse(line).event)).toEqual(["a.b"]);
  });

  it("shares one message between invocations that flush while one waits", async () => {
    const { buffer, queue, batches } = logging();
    buffer.log("info", "a.b", "first");
    const owner = buffer.flush({ afterMs: 1 });
    buffer.log("info", "a.b", "second");
    await buffer.flush({ afterMs: 1 });
    await owner;

    expect(queue.calls).toBe(1);
    expect(batches()[0]?.map((line) => line.message)).toEqual(["first", "second"]);
  });

  it("leaves the lines of one that cannot wait to the one that waits", async () => {
    const { buffer, queue, batches } = logging();
    buffer.log("info", "a.b", "of a request");
    const owner = buffer.flush({ afterMs: 1 });
    buffer.log("info", "a.b", "of a queue handler");
    await buffer.flush();

    expect(queue.calls).toBe(0);
    await owner;
    expect(batches().flat()).toHaveLength(2);
  });

  it("does not count on one that has waited too long: its invocation has died", async () => {
    let time = 0;
    const { buffer, queue } = logging({ now: () => new Date(time) });
    buffer.log("info", "a.b", "line");
    time = 10_000;
    const died = buffer.flush({ afterMs: 1 });
    time += 2_000;
    const next = buffer.flush();

    expect(queue.calls).toBe(1);
    await Promise.all([died, next]);
  });

  it("keeps debug lines out of the message", async () => {
    const { buffer, queue, written } = logging();
    buffer.log("debug", "a.b", "for the console");
    await buffer.flush();

    expect(written).toHaveLength(1);
    expect(queue.calls).toBe(0);
  });

  it("gives lines to a store that has been named, and to the queue when that fails", async () => {
    const stored: string[] = [];
    let down = false;
    const store = async (lines: readonly LogLine[]): Promise<void> => {
      if (down) throw new Error("the store is away");
      stored.push(...lines.map((line) => line.message));
    };
    const { buffer, batches } = logging({ store });
    buffer.log("info", "a.b", "stored");
    await buffer.flush();
    down = true;
    buffer.log("info", "a.b", "queued");
    await buffer.flush();

    expect(stored).toEqual(["stored"]);
    expect(batches().map((lines) => lines.map((line) => line.message))).toEqual([["queued"]]);
  });

  it("sends nothing when nothing was logged", async () => {
    const { buffer, queue } = logging();
    await buffer.flush();

    expect(queue.calls).toBe(0);
  });

  it("splits what is too much for one message", async () => {
    const { buffer, batches } = logging();
    for (let index = 0; index < 100; index += 1) buffer.log("info", "a.b", "x".repeat(1_900));
    await buffer.flush();

    expect(batches().length).toBeGreaterThan(1);
    expect(batches().flat()).toHaveLength(100);
  });

  it("says on the console when lines were lost, and does not fail", async () => {
    const { buffer, queue, written } = logging();
    queue.failNext = 2;
    buffer.log("info", "a.b", "lost");
    await buffer.flush();

    expect(written.at(-1)).toContain("log.lost");
  });

  it("takes secrets out of messages and fields", async () => {
    const { buffer, queue, written } = logging();
    buffer.log("error", "a.b", "POST /webhook?key=sesame", {
      body: '{"apiKey":"sesame"}',
      header: { token: "sesame" },
    });
    await buffer.flush();

    expect(JSON.stringify([queue.sent, written])).not.toContain("sesame");
  });

  it("gives lines ids that sort by time and are never equal", () => {
    const ids: string[] = [];
    let time = new Date("2026-11-01T00:00:00.000Z").getTime();
    const log = createConsoleLog({
      worker: "hoox",
      now: () => new Date(time),
      write: (line) => ids.push(JSON.parse(line).id),
    });
    for (; ids.length < 20; time += 1) log("info", "a.b", "line");
    log("info", "a.b", "in the same millisecond");
    log("info", "a.b", "in the same millisecond");

    expect(ids.slice(0, 20)).toEqual(ids.slice(0, 20).toSorted());
    expect(new Set(ids).size).toBe(22);
  });
});
