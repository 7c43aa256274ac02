import type * as z from "zod";
import type {
  acceptReply,
  acceptRequest,
  AttemptReply,
  claimRequest,
  ClaimReply,
  deferRequest,
  failRequest,
  laneView,
  LedgerBacklog,
  LedgerStatus,
  reconcileReply,
  reconcileRequest,
  resolveReply,
  resolveRequest,
  sendingRequest,
  SendingReply,
  settleRequest,
  SignalView,
} from "#contracts/ledger";
import type { assessReply, DiscardReply, discardRequest, ReviveReply, reviveRequest } from "#contracts/revival";
import { accept } from "./ledger/accept.ts";
import { dueNow, nextDue, wake } from "./ledger/alarm.ts";
import { assess } from "./ledger/assess.ts";
import { defer, fail, settle } from "./ledger/attempt.ts";
import { claim } from "./ledger/claim.ts";
import { discard } from "./ledger/discard.ts";
import { cancelEntries, resolve } from "./ledger/operator.ts";
import { confirm, republish, unconfirmed } from "./ledger/outbox.ts";
import { Memory } from "./ledger/memory.ts";
import type { Committed, LedgerPorts } from "./ledger/ports.ts";
import { prune } from "./ledger/prune.ts";
import { reconcile } from "./ledger/reconcile.ts";
import { revive } from "./ledger/revive.ts";
import { finish } from "./ledger/schedule.ts";
import { migrate, readMeta, writeMeta } from "./ledger/schema.ts";
import { sending } from "./ledger/sending.ts";
import { CHUNK, UNHINTED_MS } from "./ledger/times.ts";
import { Tx } from "./ledger/tx.ts";
import { viewBacklog, viewLanes, viewSignal, viewStatus } from "./ledger/views.ts";

/**
 * The state machine of one `account:venue`, synchronous throughout: every method is one commit (the alarm
 * one per signal) and answers what is to be done after it.
 */
export interface Ledger {
  accept(request: z.infer<typeof acceptRequest>): Committed<z.infer<typeof acceptReply>>;
  claim(request: z.infer<typeof claimRequest>): Committed<ClaimReply>;
  sending(request: z.infer<typeof sendingRequest>): Committed<SendingReply>;
  settle(request: z.infer<typeof settleRequest>): Committed<AttemptReply>;
  defer(request: z.infer<typeof deferRequest>): Committed<AttemptReply>;
  fail(request: z.infer<typeof failRequest>): Committed<AttemptReply>;
  confirm(ids: readonly string[]): Committed<void>;
  unconfirmed(ids: readonly string[]): string[];
  cancelEntries(request: { reason: string }): Committed<{ cancelling: number }>;
  resolve(request: z.infer<typeof resolveRequest>): Committed<z.infer<typeof resolveReply>>;
  reconcile(request: z.infer<typeof reconcileRequest>): Committed<z.infer<typeof reconcileReply>>;
  assess(requestIds: readonly string[]): z.infer<typeof assessReply>;
  revive(request: z.infer<typeof reviveRequest>): Committed<ReviveReply>;
  discard(request: z.infer<typeof discardRequest>): Committed<DiscardReply>;
  /** Does everything that is due, each signal in a commit of its own. Never throws for one of them. */
  wake(): Committed<void>[];
  /** When the alarm must fire next; undefined when nothing is waiting. */
  nextDue(): Date | undefined;
  /** `account:venue`; throws before anybody has said it. */
  name(): string;
  status(): LedgerStatus;
  backlog(): LedgerBacklog;
  lanes(): z.infer<typeof laneView>[];
  find(requestId: string): SignalView | undefined;
  isRegistered(): boolean;
  markRegistered(): void;
}

export function createLedger(ports: LedgerPorts): Ledger {
  const { sql } = ports;
  migrate(sql);
  const memory = new Memory(readMeta(sql, "ledger"));
  let registered = readMeta(sql, "registered") !== undefined;

  function commit<Reply>(work: (tx: Tx) => Reply): Committed<Reply> {
    const tx = new Tx(ports, memory);
    const { ledger: name } = memory;
    try {
      const reply = sql.transaction(() => {
        const answer = work(tx);
        tx.flush();
        return answer;
      });
      return { reply, effects: tx.effects };
    } catch (error) {
      memory.forget();
      memory.ledger = name;
      throw error;
    }
  }

  function read<Reply>(work: (tx: Tx) => Reply): Reply {
    return work(new Tx(ports, memory));
  }

  /** One bad row must not keep the others from their turn: it is put off, and said so. */
  function wakeOne(requestId: string): Committed<void> {
    try {
      return commit((tx) => wake(tx, requestId));
    } catch (error) {
      return commit((tx) => {
        const dueAt = tx.now + UNHINTED_MS;
        tx.sql.exec(`UPDATE signals SET due_at = ? WHERE request_id = ?`, dueAt, requestId);
        tx.dueBy(dueAt);
        tx.log(
          "error",
          "alarm.failed",
          error instanceof Error ? `${error.name}: ${error.message}` : String(error),
          requestId,
        );
      });
    }
  }

  return {
    accept: (request) => commit((tx) => accept(tx, request)),
    claim: (request) => commit((tx) => claim(tx, request)),
    sending: (request) => commit((tx) => sending(tx, request)),
    settle: (request) => commit((tx) => settle(tx, request)),
    defer: (request) => commit((tx) => defer(tx, request)),
    fail: (request) => commit((tx) => fail(tx, request)),
    confirm: (ids) => commit((tx) => confirm(tx, ids)),
    unconfirmed: (ids) => read((tx) => unconfirmed(tx, ids)),
    cancelEntries: (request) => commit((tx) => cancelEntries(tx, request)),
    resolve: (request) => commit((tx) => resolve(tx, request)),
    reconcile: (request) => commit((tx) => reconcile(tx, request)),
    assess: (requestIds) => read((tx) => assess(tx, requestIds)),
    revive: (request) => commit((tx) => revive(tx, request)),
    discard: (request) => commit((tx) => discard(tx, request)),
    wake() {
      const { due, outbox, pruning } = read((tx) => dueNow(tx, CHUNK));
      return [
        ...due.map(wakeOne),
        commit((tx) => {
          if (outbox) republish(tx, CHUNK * 2);
          if (pruning) prune(tx, CHUNK);
          finish(tx);
        }),
      ];
    },
    nextDue() {
      const at = read(nextDue);
      return at === Infinity ? undefined : new Date(at);
    },
    name: () => read((tx) => tx.ledger),
    status: () => read(viewStatus),
    backlog: () => read(viewBacklog),
    lanes: () => read(viewLanes),
    find: (requestId) =>
      read((tx) => {
        const row = tx.signal(requestId);
        return row && viewSignal(tx, row);
      }),
    isRegistered: () => registered,
    markRegistered() {
      writeMeta(sql, "registered", "1");
      registered = true;
    },
  };
}
