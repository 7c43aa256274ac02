import type { Market } from "./faults.ts";
import { KnownSymbols } from "./known-symbols.ts";
import { createMemory, type Memory } from "./transport.ts";

/** What an isolate remembers of one market at one address: its clock, its bans, its symbols. */
export interface MarketMemory {
  memory: Memory;
  known: KnownSymbols;
}

export type BinanceMemories = (of: { market: Market; baseUrl: string }) => MarketMemory;

/** One per isolate: a ban and a clock belong to the address, whichever account asks. */
export function createBinanceMemories(): BinanceMemories {
  const all = new Map<string, MarketMemory>();
  return ({ market, baseUrl }) => {
    const key = `${market} ${baseUrl}`;
    const known = all.get(key) ?? { memory: createMemory(), known: new KnownSymbols() };
    all.set(key, known);
    return known;
  };
}
