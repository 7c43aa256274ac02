import { describe, expect, test } from "vitest";
import { encode } from "#contracts/codec";
import { signalHinted } from "#contracts/signal";
import { consumeEach, type Delivery } from "#queues/consumer";
import { createProducer } from "#queues/producer";
import { createWorld, LEDGER, REQUEST, signalOf } from "../fakes/world.ts";
import type { Work } from "../work.ts";
import { onSignalHinted } from "./signal-hinted.ts";

const OTHER = "7b0e4a52-3c83-4d7e-8a49-5f1c2e9b6d33";

/** The handler behind the real consumer policy. */
function createConsumer() {
  const world = createWorld();
  const parked: unknown[] = [];
  const handedOver: Work[] = [];
  const settled: string[] = [];
  let handOver: (work: Work) => Promise<void> = async () => undefined;
  const producer = createProducer({
    source: "trade-worker",
    env: { TRADE_SIGNALS_DLQ: { send: async (body: unknown) => void parked.push(body) } },
  });

  const deliver = (...requestIds: string[]) => {
    const messages = requestIds.map((requestId): Delivery => {
      const body = encode(signalHinted, {
        v: 1,
        id: `${requestId}/hint`,
        type: "signal.hinted",
        requestId,
        causationId: requestId,
        source: "hoox",
        occurredAt: world.clock.now(),
        generation: 0,
        data: { ledger: LEDGER, purpose: "execute" },
      });
      const settle = (how: string) => () => void settled.push(how);
      return {
        id: requestId,
        timestamp: world.clock.now(),
        body,
        attempts: 1,
        ack: settle("ack"),
        retry: settle("retry"),
      };
    });
    const deps = {
      ledger: () => world.ledger,
      clock: world.clock,
      log: world.log,
      version: "v7",
      handOver: async (work: Work) => {
        handedOver.push(work);
        await handOver(work);
      },
    };
    const options = {
      worker: "trade-worker",
      workerVersion: "test",
      producer,
      confirm: async () => undefined,
      report: () => undefined,
    } as const;
    return consumeEach(
      "trade-signals",
      { queue: "trade-signals", messages },
      { "signal.hinted": onSignalHinted },
      deps,
      options,
    );
  };
  return { ...world, parked, handedOver, settled, deliver, failHandOver: (how: typeof handOver) => (handOver = how) };
}

describe("a hint", () => {
  test("of a head is handed over with what the claim gave, then acknowledged", async () => {
    const { ledger, deliver, handedOver, settled } = createConsumer();
    ledger.accept(signalOf(), [{ leg: "e", role: "entry", order: {} }]);
    await deliver(REQUEST);
    expect(handedOver).toHaveLength(1);
    expect(handedOver[0]).toMatchObject({ ledger: LEDGER, attempt: 1, tasks: [{ do: "place", leg: "e" }] });
    expect(settled).toEqual(["ack"]);
  });

  test("is handed over with how long it lay in its queue", async () => {
    const { ledger, clock, deliver, handedOver } = createConsumer();
    ledger.accept(signalOf(), [{ leg: "e", role: "entry", order: {} }]);
    const hintedAt = clock.now();
    await deliver(REQUEST);
    expect(handedOver[0]?.claim).toMatchObject({ hintedAt, waitMs: 0, ms: 0 });
  });

  test("that comes twice is handed over once", async () => {
    const { ledger, deliver, handedOver, settled } = createConsumer();
    ledger.accept(signalOf(), [{ leg: "e", role: "entry", order: {} }]);
    await deliver(REQUEST, REQUEST);
    expect(handedOver).toHaveLength(1);
    expect(settled).toEqual(["ack", "ack"]);
  });

  test("of a signal that was never accepted is parked and not executed", async () => {
    const { deliver, parked, handedOver, settled } = createConsumer();
    await deliver(REQUEST);
    expect(handedOver).toEqual([]);
    expect(parked).toMatchObject([{ json: { data: { error: "unknown_signal", originQueue: "trade-signals" } } }]);
    expect(settled).toEqual(["ack"]);
  });

  test("comes again when the ledger cannot be reached", async () => {
    const { ledger, deliver, settled } = createConsumer();
    ledger.break("claim", { times: 1 });
    await deliver(REQUEST);
    expect(settled).toEqual(["retry"]);
  });

  test("whose hand-over fails gives the lease back before it is acknowledged", async () => {
    const { ledger, deliver, failHandOver, settled, clock } = createConsumer();
    ledger.accept(signalOf(), [{ leg: "e", role: "entry", order: {} }]);
    failHandOver(async () => Promise.reject(new Error("502")));
    await deliver(REQUEST);
    expect(ledger.deferred).toEqual([{ reason: "the hand-over failed: 502", notBefore: clock.now() }]);
    expect(settled).toEqual(["ack"]);
  });

  test("does not wait for a neighbour whose hand-over is slow", async () => {
    const { ledger, deliver, failHandOver, settled } = createConsumer();
    ledger.accept(signalOf(), [{ leg: "e", role: "entry", order: {} }]);
    ledger.accept(signalOf({ requestId: OTHER }), [{ leg: "e", role: "entry", order: {} }]);
    let release = (): void => undefined;
    failHandOver((work) =>
      work.signal.requestId === REQUEST ? new Promise<void>((resolve) => (release = resolve)) : Promise.resolve(),
    );
    const batch = deliver(REQUEST, OTHER);
    await expect.poll(() => settled).toEqual(["ack"]);
    release();
    await batch;
    expect(settled).toEqual(["ack", "ack"]);
  });
});
