import { positiveDecimal, type Decimal } from "#contracts/decimal";
import type { OrderRequest, Position, VenueOrder } from "#contracts/order";
import { wait, type Clock } from "../../clock.ts";
import type { OrderKey, VenueRules } from "../venue.ts";
import {
  defaultPaperConfig,
  paperConfigPatch,
  type PaperCall,
  type PaperConfig,
  type PaperConfigPatch,
  type PaperFault,
} from "./config.ts";
import { PaperEngine } from "./engine.ts";
import type { PaperAnswer, PaperBook, PaperPlaceReply, PaperVenueRpc } from "./rpc.ts";
import type { PaperStore } from "./store.ts";

const HANG_MS = 60_000;
const RATE_LIMIT_MS = 1_000;

/**
 * The engine behind a bad line: latency and faults by configuration. Waiting holds up nobody else:
 * every change of state happens between two waits, in one commit.
 */
export class PaperShell implements PaperVenueRpc {
  readonly #store: PaperStore;
  readonly #clock: Clock;
  readonly #base: PaperConfig;
  readonly #engine: PaperEngine;
  #patch: PaperConfigPatch;

  /** `variable`: what is configured before the first `configure`. */
  constructor(of: { store: PaperStore; clock: Clock; variable: PaperConfigPatch }) {
    this.#store = of.store;
    this.#clock = of.clock;
    this.#base = { ...defaultPaperConfig, ...of.variable };
    this.#patch = of.store.patch();
    this.#engine = new PaperEngine({ store: of.store, settings: () => this.#config() });
  }

  async place(order: OrderRequest, of: { signedAt: Date }): Promise<PaperPlaceReply> {
    const config = this.#config();
    const fault = this.#takeFault({ call: "place", symbol: order.symbol, side: order.side });
    const book = (): PaperPlaceReply => this.#engine.place(order, { signedAt: of.signedAt, now: this.#clock.now() });
    const latency = config.symbolLatencyMs[order.symbol] ?? config.latencyMs;
    if (config.latencyAt === "before_booking") await wait(this.#clock, latency);
    const reply = fault === undefined ? book() : await this.#failPlace(fault, book);
    if (config.latencyAt === "after_booking") await wait(this.#clock, latency);
    return reply;
  }

  async find(key: OrderKey): Promise<PaperAnswer<VenueOrder | undefined>> {
    return this.#answer({ call: "find", symbol: key.symbol }, () => this.#engine.find(key));
  }

  async cancel(key: OrderKey): Promise<PaperAnswer<VenueOrder | undefined>> {
    return this.#answer({ call: "cancel", symbol: key.symbol }, () =>
      this.#engine.cancel(key, { now: this.#clock.now() }),
    );
  }

  async openOrders(symbol: string): Promise<PaperAnswer<VenueOrder[]>> {
    return this.#answer({ call: "openOrders", symbol }, () => this.#engine.openOrders(symbol));
  }

  async position(symbol: string): Promise<PaperAnswer<Position>> {
    return this.#answer({ call: "position", symbol }, () => this.#engine.position(symbol));
  }

  async equity(symbol: string): Promise<PaperAnswer<Decimal>> {
    return this.#answer({ call: "equity", symbol }, () => this.#engine.equity(symbol));
  }

  async rules(symbol: string): Promise<PaperAnswer<VenueRules>> {
    return this.#answer({ call: "rules", symbol }, () => this.#engine.rules(symbol));
  }

  async book(): Promise<PaperBook> {
    return this.#engine.book();
  }

  async setPrice(symbol: string, price: Decimal): Promise<void> {
    this.#engine.setPrice(symbol, positiveDecimal.parse(price), { now: this.#clock.now() });
  }

  async configure(patch: PaperConfigPatch): Promise<PaperConfig> {
    this.#keep(paperConfigPatch.parse(patch));
    return this.#config();
  }

  #config(): PaperConfig {
    return { ...this.#base, ...this.#patch };
  }

  #keep(patch: PaperConfigPatch): void {
    this.#patch = { ...this.#patch, ...patch };
    this.#store.putPatch(this.#patch);
  }

  /** The first fault that matches; one with `times` left is used up by that. */
  #takeFault(call: { call: PaperCall; symbol: string; side?: "buy" | "sell" }): PaperFault | undefined {
    const { faults } = this.#config();
    const fault = faults.find((each) => matches(each, call));
    if (fault?.times === undefined) return fault;
    const left = faults.map((each) => (each === fault ? { ...each, times: (each.times ?? 1) - 1 } : each));
    this.#keep({ faults: left });
    return fault;
  }

  async #failPlace(fault: PaperFault, book: () => PaperPlaceReply): Promise<PaperPlaceReply> {
    const reason = reasonOf(fault);
    switch (fault.do) {
      case "reject":
        return { status: "rejected", reason };
      case "down":
        return { status: "not_executed", reason };
      case "rate_limit":
        return { status: "not_executed", reason, retryAfterMs: fault.delayMs ?? RATE_LIMIT_MS };
      case "timeout_after_booking": {
        book();
        await wait(this.#clock, fault.delayMs ?? 0);
        return { status: "no_answer", reason };
      }
      case "timeout_before_booking":
        await wait(this.#clock, fault.delayMs ?? 0);
        return { status: "no_answer", reason };
      case "hang":
        await wait(this.#clock, fault.delayMs ?? HANG_MS);
        return { status: "no_answer", reason };
      default:
        return fault.do satisfies never;
    }
  }

  async #answer<T>(call: { call: PaperCall; symbol: string }, ask: () => T): Promise<PaperAnswer<T>> {
    const fault = this.#takeFault(call);
    if (fault === undefined) return { status: "answered", value: ask() };
    if (fault.do === "timeout_after_booking") ask();
    const delay = fault.do === "hang" ? (fault.delayMs ?? HANG_MS) : (fault.delayMs ?? 0);
    if (fault.do !== "down" && fault.do !== "reject" && fault.do !== "rate_limit") await wait(this.#clock, delay);
    return { status: "no_answer", reason: reasonOf(fault) };
  }
}

function reasonOf(fault: PaperFault): string {
  return fault.reason ?? `the paper venue was told to fail (${fault.do.replaceAll("_", " ")})`;
}

function matches(fault: PaperFault, call: { call: PaperCall; symbol: string; side?: "buy" | "sell" }): boolean {
  const { match } = fault;
  if (fault.times === 0) return false;
  const rightCall = match.call === undefined ? fault.do === "down" || call.call === "place" : match.call === call.call;
  const rightSymbol = match.symbol === undefined || match.symbol === call.symbol;
  return rightCall && rightSymbol && (match.side === undefined || match.side === call.side);
}
