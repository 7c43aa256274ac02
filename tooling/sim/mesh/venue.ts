import { multiply, type Decimal } from "#contracts/decimal";
import { parseClientOrderId } from "#contracts/ids";
import type { OrderRequest } from "#contracts/order";
import { defaultPaperConfig } from "../../../services/trade-worker/src/venues/paper/config.ts";
import { PaperEngine } from "../../../services/trade-worker/src/venues/paper/engine.ts";
import type {
  PaperAnswer,
  PaperBook,
  PaperPlaceReply,
  PaperVenueRpc,
} from "../../../services/trade-worker/src/venues/paper/rpc.ts";
import { createMemoryStore } from "../../../services/trade-worker/src/venues/paper/store.ts";
import { Random } from "../../fakes/random.ts";
import type { World } from "../world.ts";
import { skewOf } from "../skew.ts";
import { RoughExchange, STRICT, type Exchange, type Manners, type ShortOfCoins } from "./exchange.ts";

export type VenueMood = {
  /** `unique_while_open`: as at Binance, an id is free again once its order has ended. */
  readonly idMode: "unique" | "unique_while_open";
  /** Ledgers whose exchange fills in parts and rejects late; the others trade at the paper engine. */
  readonly rough: readonly string[];
  /** Of the rough ones, those that turn orders down by filters and keep fees out of what was bought, as Binance does. */
  readonly strict: readonly string[];
  /** Virtual milliseconds during which the venue refuses everything. */
  readonly down: readonly { from: number; to: number }[];
};

/** An order that the venue took, when, and what it was signed with. */
export interface Taken {
  readonly clientOrderId: string;
  readonly at: number;
  readonly signedAt: Date;
}

/** Longer than this no index lags; the quiet margin is longer. */
const LAG_MS = { from: 200, to: 6_000 } as const;
const BAN_MS = { from: 5_000, to: 90_000 } as const;
/** The ways there and back are not equally long, so that whoever asks a venue's time is off a little. */
const TIME_ASKED_OFF_MS = 100;

/** An exchange far away: slow, sometimes deaf, sometimes down, sometimes forgetful. */
export class SimVenue {
  readonly name: string;
  readonly taken: Taken[] = [];
  readonly #world: World;
  readonly #exchange: Exchange;
  readonly #mood: VenueMood;
  readonly #skewMs: number;
  /** From when on an order is found, by its id. */
  readonly #foundFrom = new Map<string, number>();
  readonly #timesAsked: Random;
  #bannedUntil = 0;
  /** The most that it answered to `clockOffsetMs`. */
  widestOffsetMs = -Infinity;

  constructor(world: World, of: { name: string; mood: VenueMood }) {
    this.name = of.name;
    this.#world = world;
    this.#mood = of.mood;
    this.#skewMs = skewOf(world, `venue ${of.name}`);
    this.#timesAsked = new Random(world.seed, `times asked of ${of.name}`);
    const settings = { ...defaultPaperConfig, idMode: of.mood.idMode };
    this.#exchange = of.mood.rough.includes(of.name)
      ? new RoughExchange(this.#manners())
      : new PaperEngine({ store: createMemoryStore(), settings: () => settings });
  }

  /** Has Binance's rules. */
  get isStrict(): boolean {
    return this.#mood.rough.includes(this.name) && this.#mood.strict.includes(this.name);
  }

  book(): PaperBook {
    return this.#exchange.book();
  }

  /** Orders that broke a filter, which nobody should have sent. */
  get brokeRules(): readonly string[] {
    return this.#exchange instanceof RoughExchange ? this.#exchange.brokeRules : [];
  }

  /** Sales that it refused for want of coins. */
  get shortOfCoins(): readonly ShortOfCoins[] {
    return this.#exchange instanceof RoughExchange ? this.#exchange.shortOfCoins : [];
  }

  /**
   * How much of a spot coin may lie there that no order can sell: less than a step after each order that sold, and
   * within the one that is to sell.
   */
  dustOf(symbol: string): Decimal {
    if (symbol.endsWith(".P")) return "0";
    const sales = this.book().orders.filter((order) => order.symbol === symbol && order.side === "sell").length;
    const { quantityStep } = this.isStrict ? STRICT : defaultPaperConfig.rules;
    return multiply(quantityStep, String(sales + 1));
  }

  /** The market moves without anybody asking. */
  movePrice(symbol: string, price: Decimal): void {
    this.#world.log(() => `venue ${this.name}: ${symbol} is at ${price}`);
    this.#exchange.setPrice(symbol, price, { now: this.#now() });
  }

  /** Somebody cancels at the venue's own screen. */
  cancelAll(): void {
    for (const { clientOrderId, symbol, status } of this.book().orders) {
      if (status === "working") this.#exchange.cancel({ clientOrderId, symbol }, { now: this.#now() });
    }
  }

  /** Its clock minus that of whoever asks, as a venue's server time says it. */
  clockOffsetMs(asking: { skewMs: number }): number {
    const off = this.#timesAsked.integer(-TIME_ASKED_OFF_MS, TIME_ASKED_OFF_MS);
    const offsetMs = this.#skewMs - asking.skewMs + off;
    this.widestOffsetMs = Math.max(this.widestOffsetMs, offsetMs);
    return offsetMs;
  }

  rpc(): PaperVenueRpc {
    const ask = <T>(name: string, about: string, question: () => T): Promise<PaperAnswer<T>> =>
      this.#world.step<PaperAnswer<T>>(
        `venue.${name}`,
        () => {
          const no = this.#refusal();
          return no === undefined ? { status: "answered", value: question() } : { status: "no_answer", reason: no.why };
        },
        { about, detail: () => about },
      );
    const exchange = this.#exchange;
    return {
      place: (order, of) =>
        this.#world.step("venue.place", () => this.#place(order, of), {
          about: this.#about(order.clientOrderId),
          detail: () => `${order.side} ${order.quantity} ${order.symbol} ${order.type} ${order.clientOrderId}`,
        }),
      find: (key) =>
        ask("find", this.#about(key.clientOrderId), () => (this.#finds(key) ? exchange.find(key) : undefined)),
      cancel: (key) =>
        ask("cancel", this.#about(key.clientOrderId), () =>
          this.#finds(key) ? exchange.cancel(key, { now: this.#now() }) : undefined,
        ),
      openOrders: (symbol) =>
        ask("openOrders", symbol, () => exchange.openOrders(symbol).filter((order) => this.#finds(order))),
      position: (symbol) => ask("position", symbol, () => exchange.position(symbol)),
      equity: (symbol) => ask("equity", symbol, () => exchange.equity(symbol)),
      rules: (symbol) => ask("rules", symbol, () => exchange.rules(symbol)),
      book: async () => this.book(),
      setPrice: async (symbol, price) => this.movePrice(symbol, price),
      configure: async () => ({ ...defaultPaperConfig, idMode: this.#mood.idMode }),
    };
  }

  /** `alert-3.e`: whose leg it is. */
  #about(clientOrderId: string): string {
    const named = parseClientOrderId(clientOrderId);
    return named === undefined ? clientOrderId : `${this.#world.labels.get(named.requestId) ?? "?"}.${named.leg}`;
  }

  #now(): Date {
    return new Date(this.#world.milliseconds + this.#skewMs);
  }

  #finds(key: { clientOrderId: string }): boolean {
    return (this.#foundFrom.get(key.clientOrderId) ?? 0) <= this.#world.milliseconds;
  }

  #place(order: OrderRequest, of: { signedAt: Date }): PaperPlaceReply {
    const about = this.#about(order.clientOrderId);
    const no = this.#refusal();
    const garbled = no === undefined ? this.#world.happens("venue_garbles", this.name, about) : undefined;
    if (no !== undefined) return { status: "not_executed", reason: no.why, ...no.comeBack };
    if (garbled?.chance(0.5)) return { status: "no_answer", reason: "502 Bad Gateway" };
    const reply = this.#exchange.place(order, { signedAt: of.signedAt, now: this.#now() });
    this.#world.log(
      () =>
        `  venue ${this.name}: ${order.clientOrderId} ${reply.status}${"reason" in reply ? ` (${reply.reason})` : ""}`,
    );
    if (reply.status === "accepted") {
      const forgets = this.#world.happens("venue_forgets", this.name, about);
      for (const { clientOrderId } of [order, ...(order.target ? [order.target] : [])]) {
        this.taken.push({ clientOrderId, at: this.#world.elapsed, signedAt: of.signedAt });
        const lag = forgets?.integer(LAG_MS.from, LAG_MS.to) ?? 0;
        this.#foundFrom.set(clientOrderId, this.#world.milliseconds + lag);
      }
    }
    return garbled ? { status: "no_answer", reason: "502 Bad Gateway" } : reply;
  }

  #refusal(): { why: string; comeBack: { retryAfterMs?: number } } | undefined {
    const at = this.#world.elapsed;
    if (!this.#world.faultsOn) return undefined;
    if (this.#mood.down.some(({ from, to }) => at >= from && at < to))
      return { why: "the venue is down", comeBack: {} };
    const ban = at < this.#bannedUntil ? undefined : this.#world.happens("venue_bans", this.name);
    if (ban) this.#bannedUntil = at + ban.integer(BAN_MS.from, BAN_MS.to);
    if (at < this.#bannedUntil)
      return { why: "418: this address is banned", comeBack: { retryAfterMs: this.#bannedUntil - at } };
    const busy = this.#world.happens("venue_refuses", this.name);
    if (busy === undefined) return undefined;
    return {
      why: "429: too many requests",
      comeBack: busy.chance(0.5) ? {} : { retryAfterMs: busy.integer(100, 5_000) },
    };
  }

  #manners(): Manners {
    const world = this.#world;
    return {
      rejectsAfter: (order) =>
        world.happens("venue_rejects_late", this.name, this.#about(order.clientOrderId))?.integer(50, 20_000),
      parts: (order) => {
        const parts = world.happens("venue_fills_in_parts", this.name, this.#about(order.clientOrderId));
        if (parts === undefined) return [];
        return Array.from({ length: parts.integer(1, 3) }, () => parts.integer(20, 30_000)).toSorted((a, b) => a - b);
      },
      later: (ms, run) => void world.plan(ms, run),
      now: () => this.#now(),
      idsComeFree: this.#mood.idMode === "unique_while_open",
      strict: this.isStrict,
    };
  }
}
