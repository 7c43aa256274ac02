import type { Clock } from "../../clock.ts";
import { VenueRefusal, VenueUnavailable, type VenueRules } from "../venue.ts";
import { listingsOf, type Assets, type Listing } from "./symbol-info.ts";

const KEPT_MS = 10 * 60_000;
/** Rules hardly ever change, and an exit by old ones is better than none. */
const KEPT_IN_NEED_MS = 24 * 60 * 60_000;
/** A request that another one waits for may be gone: longer than a request takes nobody waits for it. */
const SHARED_MS = 8_000;

interface Heard {
  at: number;
  isDoubted?: boolean;
  listings: ReadonlyMap<string, Listing>;
}

export interface Question {
  /** What one answer tells of: the market, or a symbol. */
  scope: string;
  clock: Clock;
  /** The body of `exchangeInfo`. */
  ask: () => Promise<unknown>;
}

/** What an isolate remembers of `exchangeInfo` of one market. */
export class KnownSymbols {
  readonly #heard = new Map<string, Heard>();
  readonly #assets = new Map<string, Assets>();
  readonly #asking = new Map<string, { since: number; answer: Promise<Heard> }>();

  /** Throws VenueRefusal for a symbol that the market does not have, VenueUnavailable for one that does not trade now. */
  async rulesOf(symbol: string, of: Question): Promise<VenueRules> {
    const { rules, problem } = await this.listingOf(symbol, of);
    if (rules === undefined || problem !== undefined) throw new VenueUnavailable(problem ?? unreadable(symbol));
    return rules;
  }

  /**
   * What was ever heard of it, because an order may outlive the symbol that it is of. Throws VenueRefusal or
   * VenueUnavailable where nothing was.
   */
  async assetsOf(symbol: string, of: Question): Promise<Assets> {
    const before = this.#assets.get(symbol);
    if (before !== undefined) return before;
    const { assets, problem } = await this.listingOf(symbol, of);
    if (assets === undefined) throw new VenueUnavailable(problem ?? unreadable(symbol));
    return assets;
  }

  /**
   * Asks when what is known is ten minutes old, and makes do with it for a day when nothing can be heard. Throws
   * VenueRefusal for a symbol that the market does not have.
   */
  async listingOf(symbol: string, of: Question): Promise<Listing> {
    const listing = (await this.#latest(symbol, of)).listings.get(symbol);
    if (listing === undefined) throw new VenueRefusal(`Binance does not trade ${symbol} in this market`);
    return listing;
  }

  /** Whoever asks next hears it anew: Binance does not go by what is known. */
  doubt(scope: string): void {
    const before = this.#heard.get(scope);
    if (before !== undefined) this.#heard.set(scope, { ...before, isDoubted: true });
  }

  async #latest(symbol: string, of: Question): Promise<Heard> {
    const now = of.clock.now().getTime();
    const before = this.#heard.get(of.scope);
    if (before !== undefined && now - before.at < KEPT_MS && !before.isDoubted) return before;
    try {
      return await this.#shared(symbol, of, now);
    } catch (error) {
      const helps = error instanceof VenueUnavailable && before !== undefined && now - before.at < KEPT_IN_NEED_MS;
      if (helps) return before;
      throw error;
    }
  }

  #shared(symbol: string, of: Question, now: number): Promise<Heard> {
    const under = this.#asking.get(of.scope);
    if (under !== undefined && now - under.since < SHARED_MS) return under.answer;
    const answer = this.#ask(symbol, of, now);
    this.#asking.set(of.scope, { since: now, answer });
    return answer;
  }

  async #ask(symbol: string, { scope, ask }: Question, at: number): Promise<Heard> {
    try {
      const listings = listingsOf(await ask());
      if (listings === undefined) throw new VenueUnavailable(unreadable(symbol));
      for (const [name, { assets }] of listings) if (assets !== undefined) this.#assets.set(name, assets);
      const heard = { at, listings };
      this.#heard.set(scope, heard);
      return heard;
    } finally {
      if (this.#asking.get(scope)?.since === at) this.#asking.delete(scope);
    }
  }
}

function unreadable(symbol: string): string {
  return `Binance's rules of ${symbol} cannot be read`;
}
