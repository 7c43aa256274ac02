import type { AccountLedgerRpc } from "#contracts/ledger";
import { laneOf } from "#contracts/ids";
import { isExit, type Signal } from "#contracts/signal";

export interface Accepted {
  readonly ledger: string;
  readonly requestId: string;
  readonly lane: string;
  readonly seq: number;
  readonly exit: boolean;
  readonly signal: Signal;
  /** By the ledger's own clock. */
  readonly acceptedAt: Date;
  readonly validUntil: Date;
  readonly keySource: "explicit" | "body";
  readonly alertKey: string;
  readonly at: number;
}

/** A `sending` that the ledger answered with go, whether or not the answer arrived. */
export interface Permit {
  readonly ledger: string;
  readonly requestId: string;
  readonly leg: string;
  /** Entry and close follow the lane; protective legs do not. */
  readonly role: string;
  readonly at: number;
  /** By the ledger's own clock: what the order is signed with. */
  readonly sentAt: Date;
  readonly clientOrderId: string;
  /** Older signals of the lane that were in doubt at that moment. */
  readonly inDoubt: readonly string[];
  /** Of an entry: how the close before it stood at that moment; undefined when there is none. */
  readonly close: string | undefined;
}

/** What the ledgers promised, written down as it happened. */
export class History {
  readonly accepted = new Map<string, Accepted>();
  readonly permits: Permit[] = [];

  /** The ledger's RPCs, listened to. */
  listening(ledger: string, rpc: AccountLedgerRpc, now: () => number): AccountLedgerRpc {
    return {
      ...methodsOf(rpc),
      accept: async (request) => {
        const reply = await rpc.accept(request);
        if (reply.status === "accepted" && !this.accepted.has(reply.requestId)) {
          this.accepted.set(reply.requestId, {
            ledger,
            requestId: reply.requestId,
            lane: laneOf(request.signal),
            seq: reply.seq,
            exit: isExit(request.signal),
            signal: request.signal,
            acceptedAt: reply.acceptedAt,
            validUntil: reply.validUntil,
            keySource: request.alertKey.source,
            alertKey: request.alertKey.value,
            at: now(),
          });
        }
        return reply;
      },
      sending: async (request) => {
        const reply = await rpc.sending(request);
        if (reply.status === "go") {
          const { requestId, leg } = request;
          const inDoubt = await this.#olderInDoubt(requestId, rpc);
          const own = reply.role === "entry" ? await rpc.find({ v: 1, requestId }) : undefined;
          const closing = own?.legs.find((each) => each.leg === "c");
          const close = closing && (closing.orderStatus ?? closing.status);
          const { clientOrderId } = reply.order;
          const { role, sentAt } = reply;
          this.permits.push({ ledger, requestId, leg, role, at: now(), sentAt, clientOrderId, inDoubt, close });
        }
        return reply;
      },
    };
  }

  async #olderInDoubt(requestId: string, rpc: AccountLedgerRpc): Promise<string[]> {
    const own = this.accepted.get(requestId);
    if (own?.exit !== true) return [];
    const older = [...this.accepted.values()].filter((each) => each.lane === own.lane && each.seq < own.seq);
    const found: string[] = [];
    for (const each of older) {
      // The legs, not the state: a signal that is being asked about is leased and still in doubt.
      const view = await rpc.find({ v: 1, requestId: each.requestId });
      if (view?.legs.some((leg) => leg.status === "in_doubt")) found.push(each.requestId);
    }
    return found;
  }
}

/** All methods of the interface, bound, so that a wrapper may replace some. */
export function methodsOf(rpc: AccountLedgerRpc): AccountLedgerRpc {
  return {
    accept: (request) => rpc.accept(request),
    claim: (request) => rpc.claim(request),
    sending: (request) => rpc.sending(request),
    settle: (request) => rpc.settle(request),
    defer: (request) => rpc.defer(request),
    fail: (request) => rpc.fail(request),
    confirm: (request) => rpc.confirm(request),
    unconfirmed: (request) => rpc.unconfirmed(request),
    status: () => rpc.status(),
    lanes: () => rpc.lanes(),
    find: (request) => rpc.find(request),
    cancelEntries: (request) => rpc.cancelEntries(request),
    resolve: (request) => rpc.resolve(request),
    assess: (request) => rpc.assess(request),
    revive: (request) => rpc.revive(request),
    discard: (request) => rpc.discard(request),
    poke: () => rpc.poke(),
  };
}
