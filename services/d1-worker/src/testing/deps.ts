import type { LogLine } from "#contracts/log";
import { createProducer, type QueueBinding } from "#queues/producer";
import { createConsoleLog, createLogBuffer } from "#runtime/log";
import { retention } from "../archive/retention.ts";
import { databaseOver, type D1Binding } from "../database.ts";
import { storeOwnLines } from "../handlers/log-batch.ts";
import type { Archive, Deps } from "../ports.ts";

export const INTERNAL_KEY = "unit-internal-key";

export interface TestDeps extends Deps {
  archive: Archive & { files: Map<string, string>; parts: Map<string, Uint8Array>; down: boolean };
  confirmed: { ledger: string; ids: readonly string[] }[];
  /** Lines of both logs, as JSON. */
  console: string[];
  /** Moves the clock; `sleep` does the same. */
  pass(ms: number): void;
}

/** Deps over a database and queues given by the test, with a clock that only the test moves. */
export function testDeps(of: { d1: D1Binding; queues: Record<string, QueueBinding> }): TestDeps {
  let time = new Date("2026-11-01T10:00:00.000Z").getTime();
  const now = (): Date => new Date(time);
  const console: string[] = [];
  const write = (line: string): number => console.push(line);
  const producer = createProducer({ source: "d1-worker", env: of.queues, now });
  const database = databaseOver(of.d1);
  const store = (lines: readonly LogLine[]): Promise<void> => storeOwnLines(lines, database);
  const buffer = createLogBuffer({ worker: "d1-worker", producer, store, now, write });
  const confirmed: TestDeps["confirmed"] = [];
  return {
    database,
    archive: memoryArchive(),
    producer,
    confirmed,
    confirm: async (ledger, ids) => void confirmed.push({ ledger, ids }),
    log: buffer.log,
    consoleLog: createConsoleLog({ worker: "d1-worker", now, write }),
    flushLogs: () => buffer.flush(),
    console,
    internalKey: INTERNAL_KEY,
    retention: retention.parse({}),
    version: "v1",
    now,
    sleep: async (ms) => void (time += ms),
    pass: (ms) => void (time += ms),
    random: () => 1,
  };
}

function memoryArchive(): TestDeps["archive"] {
  const files = new Map<string, string>();
  const parts = new Map<string, Uint8Array>();
  const archive: TestDeps["archive"] = {
    files,
    parts,
    down: false,
    async put(key, text) {
      if (archive.down) throw new Error("the bucket is away");
      files.set(key, text);
    },
    get: async (key) => files.get(key),
    async putBytes(key, bytes) {
      if (archive.down) throw new Error("the bucket is away");
      if (parts.has(key)) throw new Error(`${key} is there already`);
      parts.set(key, bytes);
    },
    getBytes: async (key) => parts.get(key),
    list: async (prefix, { limit, after = "" }) =>
      [...files.keys(), ...parts.keys()]
        .filter((key) => key.startsWith(prefix) && key > after)
        .toSorted()
        .slice(0, limit),
    delete: async (keys) => keys.forEach((key) => files.delete(key) || parts.delete(key)),
  };
  return archive;
}
