import type { AccountLedgerRpc } from "#contracts/ledger";
import { laneOf, parseClientOrderId } from "#contracts/ids";
import type { Decimal } from "#contracts/decimal";
import { isExit, type Side, type Signal } from "#contracts/signal";

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
  /** Its place in the lane at that moment, and until when it was valid: a revival changes both. */
  readonly seq: number;
  readonly validUntil: Date;
  readonly generation: number;
  /** Signals of the lane that were accepted later and had settled, while no operator had said that it does not matter. */
  readonly overtakenBy: readonly string[];
  /** Of an entry: how the close before it stood at that moment; undefined when there is none. */
  readonly close: string | undefined;
  readonly side: Side;
  /** What the ledger held of its symbol at that moment. */
  readonly held: Decimal;
}

/** A `revive` that the ledger answered with revived, each once, whether or not the answer arrived. */
export interface Revival {
  readonly requestId: string;
  readonly replayId: string;
  /** The generation that was to be revived. */
  readonly of: number;
  readonly generation: number;
  readonly seq: number;
  readonly validUntil: Date;
  readonly force: readonly string[];
  /** How it stood just before: `parked`, or what must not be revived. */
  readonly state: string;
  /** Legs that had reached the venue, or may have. */
  readonly sentLegs: readonly string[];
}

/** What the ledgers promised, written down as it happened. */
export class History {
  readonly accepted = new Map<string, Accepted>();
  readonly permits: Permit[] = [];
  readonly revivals: Revival[] = [];

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
          const closing = own?.legs.findLast((each) => each.role === "close");
          const close = closing && (closing.orderStatus ?? closing.status);
          const { clientOrderId, side } = reply.order;
          const { role, sentAt } = reply;
          const overtakenBy = await this.#overtaking(requestId, rpc);
          const life = this.lifeOf(requestId);
          const held = await this.#heldOf(reply.order.symbol, rpc);
          const permit = {
            ledger,
            requestId,
            leg,
            role,
            at: now(),
            sentAt,
            clientOrderId,
            inDoubt,
            overtakenBy,
            close,
            side,
            held,
          };
          this.permits.push({ ...permit, ...life });
          const { target } = reply.order;
          const named = target && parseClientOrderId(target.clientOrderId);
          if (named)
            this.permits.push({
              ...permit,
              ...life,
              leg: named.leg,
              role: "target",
              clientOrderId: target.clientOrderId,
            });
        }
        return reply;
      },
      revive: async (request) => {
        const { requestId, replayId, generation: of, force } = request;
        const before = await rpc.find({ v: 1, requestId });
        const [assessed] = (await rpc.assess({ v: 1, requestIds: [requestId] })).letters;
        const reply = await rpc.revive(request);
        if (reply.status !== "revived") return reply;
        if (this.revivals.some((each) => each.requestId === requestId && each.replayId === replayId)) return reply;
        const after = await rpc.find({ v: 1, requestId });
        const validUntil = after?.validUntil ?? new Date(0);
        const sentLegs = (before?.legs ?? [])
          .filter((leg) => leg.status === "sending" || leg.status === "in_doubt" || leg.status === "done")
          .map(({ leg }) => leg);
        const { seq, generation } = reply;
        const state = assessed?.state ?? "unknown";
        this.revivals.push({ requestId, replayId, of, generation, seq, validUntil, force, state, sentLegs });
        return reply;
      },
    };
  }

  /** Where it stands since its last revival. */
  lifeOf(requestId: string): Pick<Permit, "seq" | "validUntil" | "generation"> {
    const revived = this.revivals.findLast((each) => each.requestId === requestId);
    const accepted = this.accepted.get(requestId);
    return {
      seq: revived?.seq ?? accepted?.seq ?? 0,
      validUntil: revived?.validUntil ?? accepted?.validUntil ?? new Date(0),
      generation: revived?.generation ?? 0,
    };
  }

  async #heldOf(symbol: string, rpc: AccountLedgerRpc): Promise<Decimal> {
    const { positions } = await rpc.status();
    return positions.find((each) => each.symbol === symbol)?.quantity ?? "0";
  }

  async #overtaking(requestId: string, rpc: AccountLedgerRpc): Promise<string[]> {
    const revived = this.revivals.findLast((each) => each.requestId === requestId);
    const own = this.accepted.get(requestId);
    if (!own || !revived || revived.force.includes("SUPERSEDED")) return [];
    const newer = [...this.accepted.values()].filter((each) => each.lane === own.lane && each.seq > own.seq);
    const requestIds = newer.map((each) => each.requestId);
    const { letters } = await rpc.assess({ v: 1, requestIds });
    return letters.filter(({ state }) => state === "ended").map((each) => each.requestId);
  }

  async #olderInDoubt(requestId: string, rpc: AccountLedgerRpc): Promise<string[]> {
    const own = this.accepted.get(requestId);
    if (own?.exit !== true) return [];
    const { seq } = this.lifeOf(requestId);
    const older = [...this.accepted.values()].filter(
      (each) => each.lane === own.lane && this.lifeOf(each.requestId).seq < seq,
    );
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
    backlog: () => rpc.backlog(),
    lanes: () => rpc.lanes(),
    find: (request) => rpc.find(request),
    cancelEntries: (request) => rpc.cancelEntries(request),
    resolve: (request) => rpc.resolve(request),
    reconcile: (request) => rpc.reconcile(request),
    assess: (request) => rpc.assess(request),
    revive: (request) => rpc.revive(request),
    discard: (request) => rpc.discard(request),
    poke: () => rpc.poke(),
  };
}
