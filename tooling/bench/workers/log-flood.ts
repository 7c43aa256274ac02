import * as z from "zod";
import type { LogLine } from "#contracts/log";
import { createProducer, type Packed } from "#queues/producer";

const flood = z.object({ messages: z.int().min(1), linesPerMessage: z.int().min(1) });
/** What one sendBatch carries without reaching the platform's 256 KB. */
const MESSAGES_PER_SEND = 40;

let prepared: Packed[] = [];

/**
 * Packs `log.batch` messages as the Workers' own buffers do (`/prepare`) and sends them as fast as the queue
 * takes them (`/send`): apart, because what is measured is the consumer.
 */
export default {
  async fetch(request: Request, env: object): Promise<Response> {
    const producer = createProducer({ source: "trade-worker", env });
    if (new URL(request.url).pathname === "/prepare") {
      const { messages, linesPerMessage } = flood.parse(await request.json());
      prepared = Array.from({ length: messages }, () => {
        const requestId = crypto.randomUUID();
        const lines = Array.from({ length: linesPerMessage }, (_, index) => line(requestId, index));
        return producer.pack("system-logs", "log.batch", { lines }, { requestId });
      });
      return Response.json({ prepared: prepared.length });
    }
    for (let sent = 0; sent < prepared.length; sent += MESSAGES_PER_SEND) {
      await producer.sendPacked(prepared.slice(sent, sent + MESSAGES_PER_SEND));
    }
    return Response.json({ sent: prepared.length });
  },
};

function line(requestId: string, index: number): LogLine {
  const at = new Date();
  return {
    // Begins with the time, as the ids of services/_runtime/log.ts do: the index's shape is part of the cost.
    id: `${at.getTime().toString(36).padStart(9, "0")}-${crypto.randomUUID().slice(-12)}`,
    requestId,
    createdAt: at.toISOString(),
    worker: "trade-worker",
    severity: "info",
    event: "bench.line",
    message: "placed buy 0.01 BTCUSDT for main:paper, filled at 65000",
    fields: { ledger: "main:paper", symbol: "BTCUSDT", leg: "e", attempt: 1, ms: index },
  };
}
