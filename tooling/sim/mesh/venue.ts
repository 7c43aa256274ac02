import type { Decimal } from "#contracts/decimal";
import type { OrderRequest } from "#contracts/order";
import { defaultPaperConfig } from "../../../services/trade-worker/src/venues/paper/config.ts";
import { PaperEngine } from "../../../services/trade-worker/src/venues/paper/engine.ts";
import type {
  PaperAnswer,
  PaperBook,
  PaperPlaceReply,
  PaperVenueRpc,
} from "../../../services/trade-worker/src/venues/paper/rpc.ts";
import { createMemoryStore, type PaperStore } from "../../../services/trade-worker/src/venues/paper/store.ts";
import type { Random } from "../random.ts";
import type { World } from "../world.ts";

export type VenueMood = {
  /** `unique_while_open`: as at Binance, an id is free again once its order has ended. */
  readonly idMode: "unique" | "unique_while_open";
  /** Virtual milliseconds during which the venue refuses everything. */
  readonly down: readonly { from: number; to: number }[];
};

/** The paper engine as a venue far away: slow, sometimes deaf, sometimes down. */
export class SimVenue {
  readonly name: string;
  readonly #world: World;
  readonly #random: Random;
  readonly #store: PaperStore = createMemoryStore();
  readonly #engine: PaperEngine;
  readonly #mood: VenueMood;
  readonly #signedAt: (signedAt: Date, now: Date) => Date;

  constructor(
    world: World,
    of: { name: string; mood: VenueMood; signedAt?: ((signedAt: Date, now: Date) => Date) | undefined },
  ) {
    this.#signedAt = of.signedAt ?? ((signedAt) => signedAt);
    this.name = of.name;
    this.#world = world;
    this.#random = world.latency.stream(`venue ${of.name}`);
    this.#mood = of.mood;
    const settings = { ...defaultPaperConfig, idMode: of.mood.idMode };
    this.#engine = new PaperEngine({ store: this.#store, settings: () => settings });
  }

  book(): PaperBook {
    return this.#engine.book();
  }

  /** The market moves without anybody asking. */
  movePrice(symbol: string, price: Decimal): void {
    this.#engine.setPrice(symbol, price, { now: this.#world.now() });
  }

  /** Somebody cancels at the venue's own screen. */
  cancelAll(): void {
    for (const { clientOrderId, symbol, status } of this.book().orders) {
      if (status === "working") this.#engine.cancel({ clientOrderId, symbol }, { now: this.#world.now() });
    }
  }

  rpc(): PaperVenueRpc {
    const now = (): Date => this.#world.now();
    const ask = <T>(name: string, detail: string, question: () => T): Promise<PaperAnswer<T>> =>
      this.#world.step<PaperAnswer<T>>(
        `venue.${name}`,
        () => {
          const no = this.#refusal();
          return no === undefined ? { status: "answered", value: question() } : { status: "no_answer", reason: no };
        },
        () => detail,
      );
    return {
      place: (order, of) =>
        this.#world.step(
          "venue.place",
          () => this.#place(order, of),
          () => `${order.side} ${order.quantity} ${order.symbol} ${order.type} ${order.clientOrderId}`,
        ),
      find: (key) => ask("find", key.clientOrderId, () => this.#engine.find(key)),
      cancel: (key) => ask("cancel", key.clientOrderId, () => this.#engine.cancel(key, { now: now() })),
      openOrders: (symbol) => ask("openOrders", symbol, () => this.#engine.openOrders(symbol)),
      position: (symbol) => ask("position", symbol, () => this.#engine.position(symbol)),
      equity: (symbol) => ask("equity", symbol, () => this.#engine.equity(symbol)),
      rules: (symbol) => ask("rules", symbol, () => this.#engine.rules(symbol)),
      book: async () => this.book(),
      setPrice: async (symbol, price) => this.movePrice(symbol, price),
      configure: async () => ({ ...defaultPaperConfig, idMode: this.#mood.idMode }),
    };
  }

  #place(order: OrderRequest, of: { signedAt: Date }): PaperPlaceReply {
    const no = this.#refusal();
    const now = this.#world.now();
    if (no === undefined) {
      const reply = this.#engine.place(order, { signedAt: this.#signedAt(of.signedAt, now), now });
      this.#world.log(
        () =>
          `  venue ${this.name}: ${order.clientOrderId} ${reply.status}${"reason" in reply ? ` (${reply.reason})` : ""}`,
      );
      return reply;
    }
    return this.#random.chance(0.5)
      ? { status: "not_executed", reason: no }
      : { status: "not_executed", reason: no, retryAfterMs: this.#random.integer(100, 5_000) };
  }

  #refusal(): string | undefined {
    const at = this.#world.elapsed;
    if (this.#world.faultsOn && this.#mood.down.some(({ from, to }) => at >= from && at < to))
      return "the venue is down";
    return this.#world.happens("venue_refuses", this.name) ? "too busy" : undefined;
  }
}
