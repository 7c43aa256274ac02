import { firstProblem } from "#contracts/codec";
import { DEFAULT_STRATEGY, strategy as schema, strategyEntry, type Strategy } from "#contracts/strategy";
import type { Call, Clock } from "../webhook/ports.ts";
import { unreachable, unreadable } from "./unreadable.ts";

/** KV, as far as the gateway reads it. */
export interface KeyValues {
  get(key: string, options: { cacheTtl: number }): Promise<string | null>;
}

/**
 * The settings that stand in KV, or undefined when none do. Throws 503 when they cannot be read.
 * What an answer need not wait for goes to `background`.
 */
export type StrategyReader = (name: string, background: Call["background"]) => Promise<Strategy | undefined>;

/** So long what was read counts; so long it is served while it is read anew; the shortest that KV keeps a copy here. */
const FRESH_MS = 10_000;
const SERVED_MS = 30_000;
const KV_FRESH_SECONDS = 30;
/** So long a name that is in nobody's settings is not asked for again: it may be a stranger's who tries keys. */
const UNKNOWN_MS = 5_000;
/** While KV is away: what is known is used this long, and KV asked again this often. */
const USABLE_MS = 600_000;
const AGAIN_MS = 5_000;
/** TradingView hangs up after 3 s, and the ledger may take two of them. */
const READ_MS = 500;
const MAX_KNOWN = 500;

interface Known {
  strategy: Strategy | undefined;
  readAt: number;
  askAt: number;
}

/** One per isolate. Invented names are remembered apart, so that many of them push out nothing that exists. */
export function createStrategyReader(config: KeyValues, clock: Clock): StrategyReader {
  const known = new Map<string, Known>();
  const unknownUntil = new Map<string, number>();

  async function refresh(name: string, last: Known | undefined): Promise<Strategy | undefined> {
    const now = clock.now().getTime();
    let text: string | null;
    try {
      text = await readInTime(config, name, clock);
    } catch (error) {
      if (last === undefined || now - last.readAt > USABLE_MS) throw unreachable(name, error);
      last.askAt = now + AGAIN_MS;
      return last.strategy;
    }
    known.delete(name);
    const strategy = text === null ? undefined : understood(name, text);
    if (strategy !== undefined || name === DEFAULT_STRATEGY)
      bounded(known).set(name, { strategy, readAt: now, askAt: now + FRESH_MS });
    else bounded(unknownUntil).set(name, now + UNKNOWN_MS);
    return strategy;
  }

  return async (name, background) => {
    const now = clock.now().getTime();
    const last = known.get(name);
    if (last === undefined) return now < (unknownUntil.get(name) ?? 0) ? undefined : refresh(name, last);
    if (now < last.askAt) return last.strategy;
    if (now - last.readAt > SERVED_MS) return refresh(name, last);
    // The alerts that come meanwhile do not ask as well.
    last.askAt = now + AGAIN_MS;
    background(refresh(name, last));
    return last.strategy;
  };
}

function bounded<V>(memory: Map<string, V>): Map<string, V> {
  if (memory.size >= MAX_KNOWN) memory.clear();
  return memory;
}

async function readInTime(config: KeyValues, name: string, clock: Clock): Promise<string | null> {
  const timer = clock.timer(READ_MS);
  try {
    const read = config.get(strategyEntry(name), { cacheTtl: KV_FRESH_SECONDS });
    // The one that loses the race may still fail later.
    read.catch(() => undefined);
    const late = timer.done.then(() => Promise.reject(new Error(`KV did not answer within ${READ_MS} ms`)));
    late.catch(() => undefined);
    return await Promise.race([read, late]);
  } finally {
    timer.cancel();
  }
}

/** Never a part of it: a limit that cannot be read must not be lost. */
function understood(name: string, text: string): Strategy {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    throw unreadable(name, "it is no JSON");
  }
  const parsed = schema.safeParse(json);
  if (!parsed.success) throw unreadable(name, firstProblem(parsed.error));
  if (parsed.data.name !== name) throw unreadable(name, `it says that it is ${parsed.data.name}`);
  return parsed.data;
}
