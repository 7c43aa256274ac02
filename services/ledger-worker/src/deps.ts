import { KILL_SWITCH_INSTANCE } from "#contracts/kill-switch";
import { createProducer } from "#queues/producer";
import { createLogBuffer, type LogBuffer } from "#runtime/log";
import { sqlOf, type Storage } from "#runtime/sql";
import { killSwitches, parseConfig } from "./env.ts";
import { createLedgerHost, type LedgerHost } from "./ledger-host.ts";

/** Lines of all ledgers in this isolate share a buffer, so that one message carries them. */
let logs: LogBuffer | undefined;
const LOG_WAIT_MS = 200;

export interface ObjectContext {
  readonly id: { readonly name?: string | undefined };
  readonly storage: Storage;
  waitUntil(work: Promise<unknown>): void;
}

/** The ledger of one Durable Object instance. */
export function createHost(ctx: ObjectContext, env: object): LedgerHost {
  const producer = createProducer({ source: "ledger-worker", env });
  const buffer = (logs ??= createLogBuffer({ worker: "ledger-worker", producer }));
  return createLedgerHost({
    sql: sqlOf(ctx.storage),
    config: { ...parseConfig(env), name: ctx.id.name },
    producer,
    now: () => new Date(),
    newId: () => crypto.randomUUID(),
    // Not awaited: storage gathers it with the commit before it, and the answer waits for both.
    setAlarm: (at) => void (at ? ctx.storage.setAlarm(at) : ctx.storage.deleteAlarm()),
    // A stub kept across requests fails every request, so it is made anew.
    register: (ledger) => killSwitches(env).getByName(KILL_SWITCH_INSTANCE).register({ v: 1, ledger }),
    background: (work) => ctx.waitUntil(work.catch(() => undefined)),
    log: buffer.log,
    flushLog: () => buffer.flush({ afterMs: LOG_WAIT_MS }),
  });
}
