import { divide, multiply } from "#contracts/decimal";
import { clientOrderId, type LegId } from "#contracts/ids";
import {
  LEASE_MS,
  QUIET_MARGIN_MS,
  RECEIVE_WINDOW_MS,
  type AccountLedgerRpc,
  type AllowedNow,
  type AttemptReply,
  type ClaimReply,
  type Evidence,
  type SendingReply,
  type Task,
  type VenueFacts,
} from "#contracts/ledger";
import type { LegRole, OrderRequest } from "#contracts/order";
import type { Outcome } from "#contracts/outcome";
import type { Signal } from "#contracts/signal";
import type { Clock } from "../clock.ts";

type Used = Pick<AccountLedgerRpc, "claim" | "sending" | "settle" | "defer" | "fail">;
type Method = keyof Used;

interface Leg {
  leg: LegId;
  role: LegRole;
  order: OrderRequest;
  status: "planned" | "sending" | "done" | "dropped";
}

interface Known {
  signal: Signal;
  legs: Leg[];
  extraTasks: Task[];
  lease?: { id: string; until: number } | undefined;
  attempts: number;
  outcome?: Outcome;
}

/** A ledger of one attempt's size: leases, legs and evidence as the contract says, no limits and no lanes. */
export class FakeLedger implements Used {
  /** All evidence that ever arrived, in order. */
  readonly evidence: Evidence[] = [];
  readonly deferred: { reason: string; notBefore?: Date | undefined }[] = [];
  readonly failed: { error: string; reason: string }[] = [];
  /** What each `sending` said that the account allows, by leg. */
  readonly brought: Record<string, AllowedNow | undefined> = {};
  /** What each `sending` said of the venue, by leg. */
  readonly facts: Record<string, VenueFacts> = {};
  settledCalls = 0;
  /** How far its clock is ahead of everybody else's. */
  clockAheadMs = 0;
  readonly #clock: Clock;
  readonly #signals = new Map<string, Known>();
  readonly #failures = new Map<Method, { times: number; after: boolean }>();
  #leases = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  accept(
    signal: Signal,
    legs: { leg: LegId; role: LegRole; order: Partial<OrderRequest> }[],
    extraTasks: Task[] = [],
  ): void {
    const planned = legs.map(({ leg, role, order }): Leg => ({
      leg,
      role,
      status: "planned",
      order: {
        clientOrderId: clientOrderId({ requestId: signal.requestId, leg }),
        symbol: signal.symbol,
        side: "buy",
        type: "market",
        quantity: "1",
        referencePrice: "100",
        reduceOnly: role !== "entry",
        ...order,
      },
    }));
    this.#signals.set(signal.requestId, { signal, legs: planned, extraTasks, attempts: 0 });
  }

  /** The next `times` calls throw: before they do anything, or (`after`) with their answer lost. */
  break(method: Method, of: { times: number; after?: boolean }): void {
    this.#failures.set(method, { times: of.times, after: of.after ?? false });
  }

  /** As if the lease had run out and another attempt had claimed. */
  stealLease(requestId: string): void {
    const known = this.#signals.get(requestId);
    if (known) known.lease = { id: "another", until: Number.MAX_SAFE_INTEGER };
  }

  statusOf(requestId: string, leg: LegId): Leg["status"] | undefined {
    return this.#signals.get(requestId)?.legs.find((each) => each.leg === leg)?.status;
  }

  answers(leg?: LegId): Evidence["answer"]["kind"][] {
    return this.evidence
      .filter((each) => leg === undefined || each.clientOrderId.endsWith(`-${leg}`))
      .map((each) => each.answer.kind);
  }

  async claim(request: Parameters<Used["claim"]>[0]): Promise<ClaimReply> {
    return this.#breakable("claim", () => {
      const known = this.#signals.get(request.requestId);
      if (!known) return { status: "unknown" };
      if (known.outcome) return { status: "settled", outcome: known.outcome };
      if (known.lease && known.lease.until > this.#now()) return { status: "later", reason: "leased" };
      known.attempts += 1;
      this.#leases += 1;
      known.lease = { id: `lease-${this.#leases}`, until: this.#now() + LEASE_MS };
      const tasks = known.legs.flatMap((leg): Task[] => {
        if (leg.status === "planned") return [taskOf(leg, "place")];
        return leg.status === "sending" ? [taskOf(leg, "ask")] : [];
      });
      return {
        status: "go",
        signal: known.signal,
        lease: known.lease.id,
        leaseUntil: new Date(known.lease.until),
        attempt: known.attempts,
        tasks: [...known.extraTasks, ...tasks],
      };
    });
  }

  async sending(request: Parameters<Used["sending"]>[0]): Promise<SendingReply> {
    return this.#breakable("sending", () => {
      const known = this.#hear(request);
      if (!known) return { status: "stale_lease" };
      this.brought[request.leg] = request.accountLimits;
      const { equity, quantityStep, maxQuantity, maxMarketQuantity, minNotional, maxTriggerOrders } = request;
      this.facts[request.leg] = { equity, quantityStep, maxQuantity, maxMarketQuantity, minNotional, maxTriggerOrders };
      const leg = known.legs.find((each) => each.leg === request.leg);
      if (!leg || leg.status === "dropped" || leg.status === "done")
        return { status: "stop", reason: "nothing to send" };
      const { size } = known.signal;
      if (leg.role === "entry" && size !== undefined && "percentOfEquity" in size) {
        if (request.equity === undefined) return { status: "stop", reason: "nobody said what the account is worth" };
        if (typeof request.equity !== "string") {
          leg.status = "dropped";
          return { status: "stop", reason: request.equity.refused };
        }
        const money = divide(multiply(request.equity, size.percentOfEquity), "100");
        leg.order = { ...leg.order, quantity: divide(money, known.signal.price ?? "1") };
      } else if (size !== undefined && "target" in size) {
        if (request.quantityStep === undefined) return { status: "stop", reason: "nobody said what the step is" };
        leg.order = { ...leg.order, quantity: size.target };
      } else if (request.equity !== undefined) {
        return { status: "stop", reason: "the venue was asked for nothing" };
      }
      leg.status = "sending";
      const sentAt = new Date(this.#now() + this.clockAheadMs);
      const quietUntil = new Date(sentAt.getTime() + RECEIVE_WINDOW_MS + QUIET_MARGIN_MS);
      return { status: "go", order: leg.order, sentAt, quietUntil, role: leg.role };
    });
  }

  async settle(request: Parameters<Used["settle"]>[0]): Promise<AttemptReply> {
    return this.#breakable("settle", () => {
      this.settledCalls += 1;
      return this.#end(request);
    });
  }

  async defer(request: Parameters<Used["defer"]>[0]): Promise<AttemptReply> {
    return this.#breakable("defer", () => {
      this.deferred.push({ reason: request.reason, notBefore: request.notBefore });
      return this.#end(request);
    });
  }

  async fail(request: Parameters<Used["fail"]>[0]): Promise<AttemptReply> {
    return this.#breakable("fail", () => {
      this.failed.push({ error: request.error, reason: request.reason });
      return this.#end(request);
    });
  }

  #end(request: { requestId: string; lease: string; evidence: Evidence[] }): AttemptReply {
    const known = this.#hear(request);
    if (!known) return { status: "stale_lease" };
    known.lease = undefined;
    if (known.legs.every((each) => each.status === "done" || each.status === "dropped")) {
      known.outcome = known.legs.every((each) => each.status === "done") ? "filled" : "rejected";
    }
    return { status: "ok", outcome: known.outcome };
  }

  /** Records the evidence whatever the lease; answers the signal only to its owner. */
  #hear(request: { requestId: string; lease: string; evidence: Evidence[] }): Known | undefined {
    const known = this.#signals.get(request.requestId);
    for (const each of request.evidence) {
      if (!this.evidence.some((heard) => JSON.stringify(heard) === JSON.stringify(each))) this.evidence.push(each);
    }
    if (!known || known.lease?.id !== request.lease) return undefined;
    for (const { clientOrderId: id, answer } of request.evidence) {
      const leg = known.legs.find((each) => each.order.clientOrderId === id);
      if (!leg) continue;
      if (answer.kind === "order") leg.status = "done";
      if (answer.kind === "rejected" || answer.kind === "halted") leg.status = "dropped";
      if (answer.kind === "not_executed") leg.status = "planned";
    }
    known.lease.until = this.#now() + LEASE_MS;
    return known;
  }

  async #breakable<T>(method: Method, run: () => T): Promise<T> {
    const failure = this.#failures.get(method);
    if (!failure || failure.times === 0) return run();
    failure.times -= 1;
    if (failure.after) run();
    throw new Error(`the Durable Object was reset during ${method}`);
  }

  #now(): number {
    return this.#clock.now().getTime();
  }
}

function taskOf(leg: Leg, what: Task["do"]): Task {
  return { do: what, clientOrderId: leg.order.clientOrderId, symbol: leg.order.symbol, leg: leg.leg, role: leg.role };
}
