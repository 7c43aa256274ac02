import { isPositive } from "#contracts/decimal";
import type { Evidence, Task } from "#contracts/ledger";
import type { Action, Signal } from "#contracts/signal";
import { Random } from "../../../../tooling/fakes/random.ts";
import { Desk, id } from "./desk.ts";
import { HonestVenue, type BookedOrder } from "./honest-venue.ts";

const MOST_ALERTS = 9;
/** The longest that anything backs off once nothing fails. */
const CALM_MS = 31_000;
const CALM_ROUNDS = 16;
/** Answers whether what happens with this probability happens now. */
type Chance = (probability: number) => boolean;
const never: Chance = () => false;

/**
 * One ledger and one symbol at an exchange that is always right, on a day on which everything goes wrong between them:
 * attempts die, answers are lost or come late, orders are refused, cancelled ones fill, dead letters are replayed. The
 * simulation has all Workers and all faults; this has more of what meets in one symbol.
 */
export class RandomDay {
  readonly desk = new Desk();
  readonly venue: HonestVenue;
  readonly #random: Random;
  readonly #symbol: string;
  readonly #guarded: boolean;
  readonly #generations = new Map<number, number>();
  /** Words of attempts that come after their leases have passed on. */
  readonly #late: (() => Promise<unknown>)[] = [];
  readonly #chance: Chance = (probability) => this.#random.chance(probability);
  #alerts = 0;

  /** `guarded`: every entry brings its stop. */
  constructor(seed: number, { symbol, guarded }: { symbol: string; guarded: boolean }) {
    this.#random = new Random(seed, "day");
    this.#symbol = symbol;
    this.#guarded = guarded;
    this.venue = new HonestVenue(this.#random);
    // Of more than that at once there are several orders.
    if (this.#random.chance(0.5)) this.desk.facts = { quantityStep: "0.0001", maxMarketQuantity: this.#tenths(1, 8) };
  }

  async pass(): Promise<void> {
    for (let steps = this.#random.integer(15, 75); steps > 0; steps -= 1) await this.#step(this.#chance);
  }

  /** Nothing fails any more, and nothing trades, until nothing is left to do. */
  async comeToRest(): Promise<void> {
    for (const word of this.#late.splice(0)) await word();
    this.venue.endCancellations();
    for (let round = 0; round < CALM_ROUNDS; round += 1) {
      for (let number = 1; number <= this.#alerts; number += 1) {
        await this.#attempt(number, "execute", never);
        await this.#attempt(number, "watch", never);
      }
      await this.desk.advance(CALM_MS);
    }
  }

  /** A `close` of everything, while everything still goes wrong. */
  async closeEverything(): Promise<void> {
    await this.#alert({ action: "close", quantity: undefined });
    for (let steps = 0; steps < 20; steps += 1) await this.#go(this.#chance);
  }

  async held(): Promise<string> {
    if (this.#alerts === 0) return "0";
    return (await this.desk.position(this.#symbol))?.quantity ?? "0";
  }

  async #step(chance: Chance): Promise<void> {
    if (this.#alerts < MOST_ALERTS && chance(0.22)) return this.#alert(this.#draw());
    if (this.#alerts === 0) return this.#go(chance);
    if (chance(0.04)) return this.#replay();
    if (chance(0.02))
      return this.#late
        .shift()?.()
        .then(() => undefined);
    if (chance(0.005)) return void (await this.desk.host.cancelEntries({ v: 1, reason: "kill switch" }));
    return this.#go(chance);
  }

  async #go(chance: Chance): Promise<void> {
    if (this.#alerts > 0 && chance(0.75)) {
      const number = this.#random.integer(1, this.#alerts);
      return this.#attempt(number, this.#random.pick(["execute", "watch"]), chance);
    }
    if (chance(0.6)) this.venue.trade();
    else await this.desk.advance(this.#random.pick([1_000, 3_000, 16_000, 16_000, 61_000]));
  }

  async #alert(over: Partial<Signal>): Promise<void> {
    this.#alerts += 1;
    await this.desk.accept(this.#alerts, { symbol: this.#symbol, ...over });
  }

  #draw(): Partial<Signal> {
    const random = this.#random;
    const isSpot = !this.#symbol.endsWith(".P");
    const action: Action = isSpot
      ? random.pick(["buy", "buy", "buy", "sell", "long", "close", "close_long", "target"])
      : random.pick(["buy", "buy", "sell", "long", "short", "close", "close_long", "close_short", "target"]);
    if (action.startsWith("close")) {
      const orderType = random.chance(0.15) ? "limit" : "market";
      const all: Partial<Signal> = { action, orderType, quantity: undefined };
      return random.pick([
        all,
        { ...all, quantity: this.#tenths(1, 10) },
        { ...all, size: { percentOfPosition: random.pick(["30", "50", "100"]) } },
      ]);
    }
    const opens: Partial<Signal> = {
      action,
      orderType: random.chance(0.4) ? "limit" : "market",
      stopLoss: this.#guarded || random.chance(0.6) ? { percent: "2" } : undefined,
      // At spot the venue takes a target as one with its stop, which this one does not do.
      takeProfits:
        !isSpot && random.chance(0.4) ? random.pick([[{ percent: "5" }], twoTargets(this.#tenths(1, 8))]) : undefined,
    };
    if (action !== "target") return { ...opens, quantity: this.#tenths(1, 20) };
    return { ...opens, quantity: undefined, size: { target: this.#tenths(isSpot ? 0 : -20, 20) } };
  }

  #tenths(from: number, to: number): string {
    return (this.#random.integer(from, to) / 10).toFixed(1);
  }

  async #replay(): Promise<void> {
    const number = this.#random.integer(1, this.#alerts);
    const { generation } = await this.desk.assess(number);
    const said = {
      replayId: `replay-${this.desk.now}`,
      force: ["STALE", "SUPERSEDED"],
      reason: "again",
      by: "cli",
    } as const;
    const reply = await this.desk.host.revive({
      v: 1,
      requestId: id(number),
      generation,
      ...said,
      force: [...said.force],
    });
    if (reply.status === "revived") this.#generations.set(number, reply.generation);
  }

  /** One attempt as trade-worker makes it, which may end anywhere. */
  async #attempt(number: number, purpose: "execute" | "watch", chance: Chance): Promise<void> {
    const claim = await this.desk.claim(number, { purpose, generation: this.#generations.get(number) ?? 0 });
    if (claim.status !== "go") return;
    const { lease, tasks } = claim;
    const of = { v: 1 as const, requestId: id(number), lease };
    if (chance(0.05)) {
      await this.desk.host.fail({ ...of, evidence: [], error: "TypeError", reason: "x is undefined" });
      return;
    }
    const heard: Evidence[] = [];
    let isDown = false;
    let isRefused = false;
    for (const task of tasks) {
      if (chance(0.25)) this.venue.trade();
      if (task.do !== "place") {
        if (chance(0.1)) isDown = true;
        else heard.push(this.#asked(task, chance));
        continue;
      }
      if (isDown || (task.role === "entry" && isRefused)) continue;
      const reply = await this.desk.sending(number, task.leg, lease, ...heard.splice(0));
      if (reply.status === "stale_lease") return;
      if (reply.status === "stop") continue;
      const says = (answer: Evidence["answer"]): Evidence => this.#says(task.clientOrderId, answer);
      if (chance(0.06)) {
        await this.desk.host.defer({ ...of, reason: "429", evidence: [says({ kind: "not_executed", reason: "429" })] });
        return;
      }
      if (chance(0.04)) {
        await this.desk.settle(number, lease, says({ kind: "unknown", reason: "it never arrived" }));
        return;
      }
      const isWanted = task.role !== "entry" && task.role !== "close" && chance(0.05);
      const booked = isWanted ? undefined : this.venue.place(reply.order);
      if (chance(0.04)) {
        await this.desk.settle(number, lease, says({ kind: "unknown", reason: "the answer was lost" }));
        return;
      }
      if (chance(0.02)) return;
      if (booked === undefined) isRefused ||= task.role === "close";
      heard.push(says(booked === undefined ? { kind: "rejected", reason: "refused" } : orderOf(booked, this.desk.now)));
    }
    if (chance(0.03)) return;
    if (chance(0.04)) {
      this.#late.push(() => this.desk.settle(number, lease, ...heard));
      return;
    }
    if (isDown) await this.desk.host.defer({ ...of, reason: "down", evidence: heard });
    else await this.desk.settle(number, lease, ...heard);
  }

  /** What makes way for an exit is an order of another signal. */
  #asked({ do: what, clientOrderId }: Task, chance: Chance): Evidence {
    const booked =
      what === "cancel" ? this.venue.cancel(clientOrderId, { later: chance(0.4) }) : this.venue.find(clientOrderId);
    return this.#says(clientOrderId, booked === undefined ? { kind: "absent" } : orderOf(booked, this.desk.now));
  }

  #says(clientOrderId: string, answer: Evidence["answer"]): Evidence {
    return { clientOrderId, at: new Date(this.desk.now), answer };
  }
}

function orderOf({ order, venueOrderId, filled, status }: BookedOrder, now: number): Evidence["answer"] {
  const { clientOrderId, quantity } = order;
  const averagePrice = isPositive(filled) ? "100" : undefined;
  const told = { clientOrderId, venueOrderId, status, quantity, filledQuantity: filled, averagePrice, fee: "0" };
  return { kind: "order", order: { ...told, updatedAt: new Date(now) } };
}

function twoTargets(quantity: string): NonNullable<Signal["takeProfits"]> {
  return [{ percent: "5", quantity }, { percent: "10" }];
}
