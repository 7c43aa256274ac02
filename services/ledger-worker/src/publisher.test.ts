import { describe, expect, it } from "vitest";
import type { Packed } from "#queues/producer";
import { createLogBuffer } from "#runtime/log";
import { createPublisher } from "./publisher.ts";

function publisher(options: { downQueue?: string } = {}) {
  const sent: string[][] = [];
  const background: Promise<void>[] = [];
  const lines: string[] = [];
  const producer = {
    sendPacked: async (messages: readonly Packed[]) => {
      if (messages.some((message) => message.queue === options.downQueue)) throw new Error("Queue send failed");
      sent.push(messages.map((message) => message.id));
    },
  };
  const never = () => Promise.reject(new Error("no log is sent here"));
  const { log } = createLogBuffer({
    worker: "ledger-worker",
    producer: { send: never, isBound: () => true },
    write: (line) => lines.push(line),
  });
  const made = createPublisher({
    producer,
    background: (work) => void background.push(work),
    log,
    pause: async () => undefined,
  });
  return { ...made, sent, lines, done: () => Promise.all(background) };
}

const message = (queue: Packed["queue"], id: string): Packed => ({ queue, id, wire: { json: {} } });

describe("the publisher", () => {
  it("sends what several commits of one moment wrote as one batch per queue, in order", async () => {
    const { publish, sent, done } = publisher();
    publish([message("records", "1"), message("notifications", "2")]);
    publish([message("records", "3")]);
    await done();

    expect(sent).toEqual([["1", "3"], ["2"]]);
  });

  it("delivers to one queue while another is down, and says which", async () => {
    const { publish, sent, lines, done } = publisher({ downQueue: "records" });
    publish([message("records", "1"), message("notifications", "2")]);
    await done();

    expect(sent).toEqual([["2"]]);
    expect(lines.join()).toContain("outbox.unpublished");
  });
});
