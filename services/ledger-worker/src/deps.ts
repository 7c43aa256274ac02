import { KILL_SWITCH_INSTANCE } from "#contracts/kill-switch";
import { createProducer } from "#queues/producer";
import { createLogBuffer, type LogBuffer } from "#runtime/log";
import { killSwitches, parseConfig } from "./env.ts";
import { createLedgerHost, type LedgerHost } from "./ledger-host.ts";
import type { Sql, SqlValue } from "./ledger/ports.ts";

/** Lines of all ledgers in this isolate share a buffer, so that one message carries them. */
let logs: LogBuffer | undefined;
const LOG_WAIT_MS = 200;

/** A Durable Object's storage, as far as it is used. */
export interface Storage {
  readonly sql: { exec(query: string, ...bindings: SqlValue[]): { toArray(): unknown[] } };
  transactionSync<T>(work: () => T): T;
  setAlarm(at: Date): Promise<void>;
  deleteAlarm(): Promise<void>;
}

export interface ObjectContext {
  readonly id: { readonly name?: string | undefined };
  readonly storage: Storage;
  waitUntil(work: Promise<unknown>): void;
}

export function sqlOf(storage: Pick<Storage, "sql" | "transactionSync">): Sql {
  return {
    // The port's contract: the caller names the row type that its query selects.
    exec: <Row>(query: string, ...bindings: SqlValue[]) => storage.sql.exec(query, ...bindings).toArray() as Row[],
    transaction: (work) => storage.transactionSync(work),
  };
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
