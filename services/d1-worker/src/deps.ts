import { createProducer } from "#queues/producer";
import { createConsoleLog, createLogBuffer } from "#runtime/log";
import { databaseOver } from "./database.ts";
import { parseEnv, type Bucket } from "./env.ts";
import { storeOwnLines } from "./handlers/log-batch.ts";
import type { Archive, Deps } from "./ports.ts";

const perEnv = new WeakMap<object, Deps>();

/** One per isolate, so that invocations share the log buffer. */
export function depsOf(env: object): Deps {
  const known = perEnv.get(env);
  if (known) return known;
  const deps = buildDeps(env);
  perEnv.set(env, deps);
  return deps;
}

function buildDeps(env: object): Deps {
  const { DB, ARCHIVE, ACCOUNT_LEDGER, INTERNAL_KEY_BINDING, RETENTION, VERSION } = parseEnv(env);
  const producer = createProducer({ source: "d1-worker", env });
  const database = databaseOver(DB);
  const buffer = createLogBuffer({
    worker: "d1-worker",
    producer,
    store: (lines) => storeOwnLines(lines, database),
  });
  return {
    database,
    archive: archiveOver(ARCHIVE),
    producer,
    // A stub kept across requests fails every request, so each call gets its own.
    confirm: (ledger, ids) => ACCOUNT_LEDGER.getByName(ledger).confirm({ v: 1, ids: [...ids] }),
    log: buffer.log,
    consoleLog: createConsoleLog({ worker: "d1-worker" }),
    flushLogs: (options) => buffer.flush(options),
    internalKey: INTERNAL_KEY_BINDING,
    retention: RETENTION,
    version: VERSION.id,
    now: () => new Date(),
    sleep: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
  };
}

function archiveOver(bucket: Bucket): Archive {
  return {
    async put(key, text) {
      await bucket.put(key, text, { httpMetadata: { contentType: "application/json" } });
    },
    get: async (key) => (await bucket.get(key))?.text(),
    async putBytes(key, bytes) {
      const onlyIf = new Headers({ "If-None-Match": "*" });
      const stored = await bucket.put(key, bytes, { httpMetadata: { contentType: "application/gzip" }, onlyIf });
      if (stored === null) throw new Error(`${key} is there already: another run is writing`);
    },
    async getBytes(key) {
      const found = await bucket.get(key);
      return found === null ? undefined : new Uint8Array(await found.arrayBuffer());
    },
    async list(prefix, { limit, after }) {
      const page = await bucket.list({ prefix, limit, ...(after === undefined ? {} : { startAfter: after }) });
      return page.objects.map((object) => object.key);
    },
    delete: (keys) => bucket.delete(keys),
  };
}
