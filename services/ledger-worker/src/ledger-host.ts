import type { AccountLedgerRpc } from "#contracts/ledger";
import type { Packed, Producer } from "#queues/producer";
import type { Log } from "#runtime/log";
import { createLedger } from "./ledger.ts";
import type { Committed, Effects, LedgerConfig, Sql } from "./ledger/ports.ts";
import { SECOND } from "./ledger/times.ts";
import { createPublisher } from "./publisher.ts";

export interface HostPorts {
  sql: Sql;
  config: LedgerConfig;
  producer: Pick<Producer, "pack" | "packLetter" | "sendPacked">;
  now: () => Date;
  newId: () => string;
  /** Called in the same turn as the commit, so that a storage which gathers writes commits both or none; undefined: none. */
  setAlarm: (at: Date | undefined) => void;
  /** Tells the KillSwitch that this ledger exists. */
  register: (ledger: string) => Promise<void>;
  /** Keeps the process alive until the work is done; it never rejects. */
  background: (work: Promise<void>) => void;
  log: Log;
  flushLog?: () => Promise<void>;
  /** How the publisher waits for more messages of the same moment. */
  pause?: (ms: number) => Promise<void>;
}

export interface LedgerHost extends AccountLedgerRpc {
  /** What the alarm does. Never throws. */
  alarm(): Promise<void>;
}

/** While the alarm works, a second one stands behind it in case the first dies. */
const REARM_MS = 5 * SECOND;

/** A ledger with its surroundings: after each commit it sets the alarm, publishes and logs. */
export function createLedgerHost(ports: HostPorts): LedgerHost {
  const { sql, config, producer, now, newId, log, background } = ports;
  const ledger = createLedger({ sql, config, now, newId, pack: producer });
  const publisher = createPublisher({ producer, background, log, pause: ports.pause });
  // Unknown after a start: the first commit sets it from the tables.
  let armedFor: number | undefined;

  function arm(at: number): void {
    armedFor = at;
    ports.setAlarm(new Date(at));
  }

  function disarm(): void {
    armedFor = Infinity;
    ports.setAlarm(undefined);
  }

  function armFor(dueAt: number): void {
    if (armedFor === undefined) arm(Math.min(dueAt, ledger.nextDue()?.getTime() ?? dueAt));
    // One that should long have fired has died.
    else if (dueAt < armedFor || armedFor < now().getTime() - REARM_MS) arm(dueAt);
  }

  function afterwards({ messages, hints, log: lines }: Effects): void {
    const hinted: Packed[] = hints.map(({ purpose, ...origin }) =>
      producer.pack("trade-signals", "signal.hinted", { ledger: ledger.name(), purpose }, origin),
    );
    publisher.publish([...hinted, ...messages]);
    for (const line of lines) {
      const to = line.requestId === undefined ? log : log.for(line.requestId);
      to(line.severity, line.event, line.message, line.fields);
    }
    if (ports.flushLog && lines.length > 0) background(ports.flushLog());
  }

  function done<Reply>({ reply, effects }: Committed<Reply>): Reply {
    if (effects.dueAt !== Infinity) armFor(effects.dueAt);
    afterwards(effects);
    return reply;
  }

  async function work(): Promise<void> {
    arm(now().getTime() + REARM_MS);
    try {
      for (const { effects } of ledger.wake()) afterwards(effects);
      const next = ledger.nextDue();
      if (next) arm(next.getTime());
      else disarm();
    } catch (error) {
      log("error", "alarm.failed", error instanceof Error ? `${error.name}: ${error.message}` : String(error));
    }
  }

  return {
    async accept(request) {
      if (!ledger.isRegistered()) {
        await ports.register(request.ledger);
        ledger.markRegistered();
      }
      return done(ledger.accept(request));
    },
    claim: async (request) => done(ledger.claim(request)),
    sending: async (request) => done(ledger.sending(request)),
    settle: async (request) => done(ledger.settle(request)),
    defer: async (request) => done(ledger.defer(request)),
    fail: async (request) => done(ledger.fail(request)),
    confirm: async ({ ids }) => done(ledger.confirm(ids)),
    unconfirmed: async ({ ids }) => ({ ids: ledger.unconfirmed(ids) }),
    status: async () => ledger.status(),
    backlog: async () => ledger.backlog(),
    lanes: async () => ledger.lanes(),
    find: async ({ requestId }) => ledger.find(requestId),
    cancelEntries: async (request) => done(ledger.cancelEntries(request)),
    resolve: async (request) => done(ledger.resolve(request)),
    reconcile: async (request) => done(ledger.reconcile(request)),
    assess: async ({ requestIds }) => ledger.assess(requestIds),
    revive: async (request) => done(ledger.revive(request)),
    discard: async (request) => done(ledger.discard(request)),
    poke: work,
    alarm: work,
  };
}
