import { describe, expect, it } from "vitest";
import { bindingOf, deadLetterQueueOf, queueNames } from "#queues/registry";
import { createLogBuffer } from "#runtime/log";
import {
  FakeDeepQueue,
  FakeKillSwitch,
  FakeKv,
  FakeLedger,
  FakeWorker,
} from "../../../../tooling/fakes/ops-bindings.ts";
import { createDeps } from "../deps.ts";
import { beat } from "./heartbeat.ts";

const NOW = new Date("2026-11-01T12:00:00.000Z");
const URL_SECRET = "https://hc.example/ping-a1b2c3d4";

/** ops-worker's heartbeat on fake bindings; `answer` is what the address outside says. */
function mesh(url = URL_SECRET) {
  const killSwitch = new FakeKillSwitch();
  killSwitch.names.add("main:paper");
  const ledger = new FakeLedger("main:paper");
  const queues = new Map(
    [...queueNames, ...queueNames.map(deadLetterQueueOf)].map((name) => [bindingOf(name), new FakeDeepQueue()]),
  );
  const workerOf = (worker: string) =>
    new FakeWorker({ "/health": () => ({ worker, status: "ok", version: "v1", dependencies: [] }) });
  const workers = {
    LEDGER_WORKER: workerOf("ledger-worker"),
    D1_WORKER: workerOf("d1-worker"),
    TELEGRAM_WORKER: workerOf("telegram-worker"),
    TRADE_WORKER: workerOf("trade-worker"),
  };
  const { ops } = createDeps({
    ...Object.fromEntries(queues),
    ...workers,
    ACCOUNT_LEDGER: { getByName: () => ledger },
    KILL_SWITCH: { getByName: () => killSwitch },
    REPLAY_JOBS: { getByName: () => ({}) },
    QUEUE_WATCH: { getByName: () => ({}) },
    CONFIG: new FakeKv(),
    WRONG_KEY_RATE: { limit: async () => ({ success: true }) },
    HEARTBEAT_URL: url,
  });
  const written: { event: string; message: string }[] = [];
  const write = (line: string): void => void written.push(JSON.parse(line));
  const { log } = createLogBuffer({ worker: "ops-worker", producer: ops.producer, write });
  const pinged: string[] = [];
  const outside: { answer: number | Error } = { answer: 200 };
  const ping = async (to: string): Promise<{ status: number }> => {
    pinged.push(to);
    if (outside.answer instanceof Error) throw outside.answer;
    return { status: outside.answer };
  };
  const deps = { ...ops, log, now: () => NOW, timeoutMs: 20, heartbeat: { ...ops.heartbeat, ping } };
  const minute = (): Promise<void> => beat(NOW, deps);
  const queue = (name: string): FakeDeepQueue => queues.get(name) ?? new FakeDeepQueue();
  return { minute, pinged, outside, written, killSwitch, ledger, workers, queue };
}

describe("the heartbeat", () => {
  it("goes out each minute while all is well, and makes no line", async () => {
    const { minute, pinged, written } = mesh();
    await minute();
    await minute();

    expect(pinged).toEqual([URL_SECRET, URL_SECRET]);
    expect(written).toEqual([]);
  });

  it("asks nobody anything where nobody listens", async () => {
    const { minute, pinged, workers } = mesh("");
    await minute();

    expect(pinged).toEqual([]);
    expect(workers.D1_WORKER.asked).toEqual([]);
  });

  it.each<[what: string, breakIt: (of: ReturnType<typeof mesh>) => void, words: RegExp]>([
    [
      "the database",
      ({ workers }) => (workers.D1_WORKER.trouble = new Error("D1 is overloaded")),
      /d1-worker.*overloaded/,
    ],
    ["a Worker", ({ workers }) => (workers.TRADE_WORKER.trouble = "silent"), /trade-worker is not well/],
    ["a ledger", ({ ledger }) => (ledger.trouble = new Error("reset")), /main:paper.*reset/],
    ["the kill switch", ({ killSwitch }) => (killSwitch.trouble = new Error("gone")), /kill switch could not be read/],
    [
      "a queue's depth",
      ({ queue }) => (queue("RECORDS_QUEUE").trouble = new Error("no metrics")),
      /records.*no metrics/,
    ],
    [
      "a message that nobody takes",
      ({ queue }) => {
        const oldestMessageTimestamp = new Date(NOW.getTime() - 301_000);
        queue("NOTIFICATIONS_QUEUE").depth = { backlogCount: 1, backlogBytes: 10, oldestMessageTimestamp };
      },
      /waited on notifications for more than 5 minutes/,
    ],
  ])("is withheld because of %s, with one line until that changes", async (_, breakIt, words) => {
    const of = mesh();
    breakIt(of);
    await of.minute();
    await of.minute();

    expect(of.pinged).toEqual([]);
    expect(of.written.map(({ event }) => event)).toEqual(["heartbeat.withheld"]);
    expect(of.written[0]?.message).toMatch(words);
  });

  it("goes out again when all is well again, and says so once", async () => {
    const { minute, pinged, written, ledger } = mesh();
    ledger.trouble = new Error("reset");
    await minute();
    ledger.trouble = undefined;
    await minute();
    await minute();

    expect(pinged).toHaveLength(2);
    expect(written.map(({ event }) => event)).toEqual(["heartbeat.withheld", "heartbeat.resumed"]);
  });

  it.each([
    [404, "HEARTBEAT_URL answered 404"],
    [302, "HEARTBEAT_URL answered 302"],
    [new Error(`fetch failed: ${URL_SECRET}`), "HEARTBEAT_URL did not answer"],
  ])("that nobody takes (%s) disturbs nothing, and is told once without its address", async (answer, words) => {
    const { minute, outside, written } = mesh();
    outside.answer = answer;
    await minute();
    await minute();

    expect(written.map(({ event }) => event)).toEqual(["heartbeat.failed"]);
    expect(written[0]?.message).toContain(words);
    expect(written[0]?.message).not.toContain("a1b2c3d4");
  });

  it.each(["http://hc.example/x", "hc.example", "ftp://127.0.0.1/x"])("never goes to %s", async (url) => {
    const { minute, pinged, written } = mesh(url);
    await minute();

    expect(pinged).toEqual([]);
    expect(written[0]?.message).toBe("no heartbeat: HEARTBEAT_URL is not an https:// address");
  });
});
