import { isMilder, type KillSwitchRpc, type KillSwitchState } from "#contracts/kill-switch";
import type { AccountLedgerRpc, LedgerBacklog, LedgerStatus, SignalView } from "#contracts/ledger";
import type { Assessment, RevivalRpc, ReviveReply } from "#contracts/revival";
import { FakeQueue } from "./queue.ts";

/** How a fake on the other side of a binding fails: with this error, or by never answering. */
export type Trouble = Error | "silent" | undefined;

export async function answer<T>(trouble: Trouble, value: () => T): Promise<T> {
  if (trouble === "silent") return new Promise<T>(() => undefined);
  if (trouble) throw trouble;
  return value();
}

/**
 * The KillSwitch object: one state and the list of ledgers. `failNext` makes as many calls of `set` fail;
 * `faster` is what somebody else sets just before the next one.
 */
export class FakeKillSwitch implements KillSwitchRpc {
  state: KillSwitchState = { mode: "off", reason: "never touched", by: "nobody" };
  readonly names = new Set<string>();
  trouble: Trouble;
  failNext = 0;
  faster: KillSwitchState | undefined;

  show(): Promise<KillSwitchState> {
    return answer(this.trouble, () => this.state);
  }

  set(request: Parameters<KillSwitchRpc["set"]>[0]): Promise<KillSwitchState> {
    const { mode, reason, by, ifChangedAt, neverMilder } = request;
    return answer(this.failNext-- > 0 ? new Error("Durable Object reset") : this.trouble, () => {
      this.state = this.faster ?? this.state;
      this.faster = undefined;
      const { changedAt } = this.state;
      if (ifChangedAt !== undefined && ifChangedAt?.getTime() !== changedAt?.getTime()) return this.state;
      if (neverMilder && isMilder(mode, this.state.mode)) return this.state;
      this.state = { mode, reason, by, changedAt: new Date("2026-11-01T00:00:00.000Z") };
      return this.state;
    });
  }

  register({ ledger }: Parameters<KillSwitchRpc["register"]>[0]): Promise<void> {
    return answer(this.trouble, () => void this.names.add(ledger));
  }

  ledgers(): Promise<string[]> {
    return answer(this.trouble, () => [...this.names]);
  }
}

/** What operators ask of a ledger, answered from plain fields. */
export class FakeLedger
  implements
    RevivalRpc,
    Pick<
      AccountLedgerRpc,
      "accept" | "status" | "backlog" | "lanes" | "find" | "cancelEntries" | "resolve" | "reconcile" | "poke"
    >
{
  readonly name: string;
  readonly signals: SignalView[] = [];
  positions: LedgerStatus["positions"] = [];
  workingOrders: LedgerStatus["workingOrders"] = [];
  /** What it accepted, in order; a copy adds none. */
  readonly accepted: Parameters<AccountLedgerRpc["accept"]>[0][] = [];
  /** As many calls of `accept` fail next, after they were done. */
  failNextAccepts = 0;
  /** What an operator said, in order. */
  readonly resolved: Parameters<AccountLedgerRpc["resolve"]>[0][] = [];
  readonly reconciled: Parameters<AccountLedgerRpc["reconcile"]>[0][] = [];
  /** Why it refuses to be told. */
  refusal: string | undefined;
  /** How `resolve` alone fails. */
  resolveTrouble: Trouble;
  restingEntries = 0;
  pokes = 0;
  held: Omit<LedgerBacklog, "ledger"> = {
    accepted: 0,
    taken: 0,
    expired: 0,
    waiting: 0,
    deferred: 0,
    inDoubt: 0,
    lanes: [],
  };
  /** What it knows of its letters, by requestId. */
  readonly assessments = new Map<string, Assessment>();
  /** The revivals that happened, in order; a repeated question adds none. */
  readonly revived: Parameters<RevivalRpc["revive"]>[0][] = [];
  readonly discarded: string[] = [];
  /** What a signal of this requestId is refused with. */
  readonly refusals = new Map<string, Extract<ReviveReply, { status: "refused" }>>();
  trouble: Trouble;

  constructor(name: string) {
    this.name = name;
  }

  accept(request: Parameters<AccountLedgerRpc["accept"]>[0]): ReturnType<AccountLedgerRpc["accept"]> {
    return answer(this.trouble, () => {
      const { signal, alertKey } = request;
      const known = this.accepted.find((each) => each.alertKey.value === alertKey.value);
      if (known && known.signal.requestId !== signal.requestId)
        return known.signal.symbol === signal.symbol
          ? { status: "duplicate", requestId: known.signal.requestId }
          : { status: "key_reused", requestId: known.signal.requestId };
      if (!known) this.accepted.push(request);
      if (this.failNextAccepts-- > 0) throw new Error("Durable Object reset");
      const at = new Date("2026-11-01T00:00:00.000Z");
      const { requestId } = signal;
      return { status: "accepted", requestId, seq: this.accepted.length, hint: true, acceptedAt: at, validUntil: at };
    });
  }

  status(): Promise<LedgerStatus> {
    return answer(this.trouble, () => ({
      ledger: this.name,
      accepted: this.signals.length,
      unended: this.signals.length,
      inFlight: 0,
      inDoubt: 0,
      unconfirmed: 0,
      positions: this.positions,
      workingOrders: this.workingOrders,
      lastAcceptedAt: new Date("2026-11-01T00:00:00.000Z"),
    }));
  }

  backlog(): Promise<LedgerBacklog> {
    return answer(this.trouble, () => ({ ledger: this.name, ...this.held }));
  }

  lanes(): ReturnType<AccountLedgerRpc["lanes"]> {
    const byLane = Map.groupBy(this.signals, (signal) => signal.lane);
    return answer(this.trouble, () => [...byLane].map(([lane, signals]) => ({ lane, signals })));
  }

  find({ requestId }: { requestId: string }): Promise<SignalView | undefined> {
    return answer(this.trouble, () => this.signals.find((signal) => signal.requestId === requestId));
  }

  cancelEntries(): Promise<{ cancelling: number }> {
    return answer(this.trouble, () => ({ cancelling: this.restingEntries }));
  }

  resolve(request: Parameters<AccountLedgerRpc["resolve"]>[0]): ReturnType<AccountLedgerRpc["resolve"]> {
    return answer(this.resolveTrouble ?? this.trouble, () => {
      const signal = this.signals.find((each) => each.requestId === request.requestId);
      if (this.refusal !== undefined || !signal)
        return { status: "refused", reason: this.refusal ?? "This ledger has no such signal." };
      this.resolved.push(request);
      return { status: "resolved", signal: { ...signal, state: "ended", outcome: request.outcome } };
    });
  }

  reconcile(request: Parameters<AccountLedgerRpc["reconcile"]>[0]): ReturnType<AccountLedgerRpc["reconcile"]> {
    return answer(this.resolveTrouble ?? this.trouble, () => {
      if (this.refusal !== undefined) return { status: "refused", reason: this.refusal };
      this.reconciled.push(request);
      const { symbol, held, price } = request;
      const position = { symbol, quantity: held, realisedProfit: "0", fees: "0" };
      return { status: "reconciled", booked: { side: "sell", quantity: "1", price }, profit: "0", position };
    });
  }

  assess({ requestIds }: Parameters<RevivalRpc["assess"]>[0]): ReturnType<RevivalRpc["assess"]> {
    return answer(this.trouble, () => ({
      letters: requestIds.map(
        (requestId) =>
          this.assessments.get(requestId) ?? { requestId, state: "unknown", uncertainLegs: [], generation: 0 },
      ),
    }));
  }

  revive(request: Parameters<RevivalRpc["revive"]>[0]): ReturnType<RevivalRpc["revive"]> {
    return answer(this.trouble, () => {
      const { requestId, replayId } = request;
      const known = this.assessments.get(requestId);
      if (!known) return { status: "unknown" };
      const seq = 1 + this.revived.findIndex((each) => each.requestId === requestId && each.replayId === replayId);
      if (seq > 0) return { status: "revived", seq, generation: known.generation };
      const refusal = this.refusals.get(requestId);
      if (refusal) return refusal;
      if (known.state !== "parked" || known.generation !== request.generation)
        return { status: "refused", verdict: "DUPLICATE", reason: "It is not parked any more." };
      const generation = known.generation + 1;
      this.assessments.set(requestId, { ...known, state: "open", generation, revivedBy: replayId });
      return { status: "revived", seq: this.revived.push(request), generation };
    });
  }

  discard({ requestId, generation }: Parameters<RevivalRpc["discard"]>[0]): ReturnType<RevivalRpc["discard"]> {
    return answer(this.trouble, () => {
      const known = this.assessments.get(requestId);
      if (!known) return { status: "unknown" };
      if (this.discarded.includes(requestId)) return { status: "discarded" };
      if (known.state !== "parked" || known.generation !== generation)
        return { status: "refused", reason: "It is not parked any more." };
      this.assessments.set(requestId, { ...known, state: "ended" });
      this.discarded.push(requestId);
      return { status: "discarded" };
    });
  }

  poke(): Promise<void> {
    return answer(this.trouble, () => {
      this.pokes += 1;
    });
  }
}

/** A KV namespace that is consistent at once. */
export class FakeKv {
  readonly values = new Map<string, string>();
  trouble: Trouble;

  get(key: string): Promise<string | null> {
    return answer(this.trouble, () => this.values.get(key) ?? null);
  }

  list({ prefix }: { prefix: string }): Promise<{ keys: { name: string }[] }> {
    const names = (): string[] => [...this.values.keys()].filter((key) => key.startsWith(prefix)).toSorted();
    return answer(this.trouble, () => ({ keys: names().map((name) => ({ name })) }));
  }

  put(key: string, value: string): Promise<void> {
    return answer(this.trouble, () => void this.values.set(key, value));
  }

  delete(key: string): Promise<void> {
    return answer(this.trouble, () => void this.values.delete(key));
  }
}

/** A service binding: answers by path, remembers what it was asked. */
export class FakeWorker {
  readonly asked: Request[] = [];
  readonly answers: Record<string, (request: Request) => unknown>;
  trouble: Trouble;

  /** Keys are paths; an answer that is no Response is sent as JSON. Any other path is 404. */
  constructor(answers: Readonly<Record<string, (request: Request) => unknown>>) {
    this.answers = { ...answers };
  }

  fetch(request: Request): Promise<Response> {
    this.asked.push(request);
    return answer(this.trouble, () => {
      const respond = this.answers[new URL(request.url).pathname];
      const found =
        respond?.(request) ?? Response.json({ error: { code: "not_found", message: "no such path" } }, { status: 404 });
      return found instanceof Response ? found : Response.json(found);
    });
  }
}

/** A queue binding whose depth a test sets. */
export class FakeDeepQueue extends FakeQueue {
  depth: { backlogCount: number; backlogBytes: number; oldestMessageTimestamp?: Date } = {
    backlogCount: 0,
    backlogBytes: 0,
  };
  trouble: Trouble;

  metrics(): Promise<FakeDeepQueue["depth"]> {
    return answer(this.trouble, () => this.depth);
  }
}
