import type * as z from "zod";
import { firstProblem } from "#contracts/codec";
import type { HttpError } from "#runtime/http-error";
import type { Call, Clock } from "../webhook/ports.ts";

/** KV, as far as the gateway reads it. */
export interface KeyValues {
  get(key: string, options: { cacheTtl: number }): Promise<string | null>;
}

/** One kind of settings that stand in KV, each under a name. */
export interface Settings<T> {
  key: (name: string) => string;
  schema: z.ZodType<T>;
  /** How a text that is no JSON is called; what is wrong with settings that the schema takes, if anything. */
  noJson: string;
  contradiction?: (name: string, settings: T) => string | undefined;
  /** What the sender is to hear: a part of damaged settings is never used. */
  unreadable: (name: string, problem: string) => HttpError;
  unreachable: (name: string, cause: unknown) => HttpError;
  /** Whether it may well have none; other names may be a stranger's who tries keys. */
  mayBeAbsent: (name: string) => boolean;
}

/**
 * The settings of a name, or undefined when it has none. Throws 503 when they cannot be read.
 * What an answer need not wait for goes to `background`.
 */
export type SettingsReader<T> = (name: string, background: Call["background"]) => Promise<T | undefined>;

/** So long what was read counts; so long it is served while it is read anew; the shortest that KV keeps a copy here. */
const FRESH_MS = 10_000;
const SERVED_MS = 30_000;
const KV_FRESH_SECONDS = 30;
/** So long a name that is in nobody's settings is not asked for again. */
const UNKNOWN_MS = 5_000;
/** While KV is away: what is known is used this long, and KV asked again this often. */
const USABLE_MS = 600_000;
const AGAIN_MS = 5_000;
/** TradingView hangs up after 3 s, and the ledger may take two of them. */
const READ_MS = 500;
const MAX_KNOWN = 500;

interface Known<T> {
  settings: T | undefined;
  readAt: number;
  askAt: number;
}

/** One per isolate. Invented names are remembered apart, so that many of them push out nothing that exists. */
export function createSettingsReader<T>(config: KeyValues, clock: Clock, of: Settings<T>): SettingsReader<T> {
  const known = new Map<string, Known<T>>();
  const unknownUntil = new Map<string, number>();

  async function refresh(name: string, last: Known<T> | undefined): Promise<T | undefined> {
    const now = clock.now().getTime();
    let text: string | null;
    try {
      text = await readInTime(config, of.key(name), clock);
    } catch (error) {
      if (last === undefined || now - last.readAt > USABLE_MS) throw of.unreachable(name, error);
      last.askAt = now + AGAIN_MS;
      return last.settings;
    }
    known.delete(name);
    const settings = text === null ? undefined : understood(name, text, of);
    if (settings !== undefined || of.mayBeAbsent(name))
      bounded(known).set(name, { settings, readAt: now, askAt: now + FRESH_MS });
    else bounded(unknownUntil).set(name, now + UNKNOWN_MS);
    return settings;
  }

  return async (name, background) => {
    const now = clock.now().getTime();
    const last = known.get(name);
    if (last === undefined) return now < (unknownUntil.get(name) ?? 0) ? undefined : refresh(name, last);
    if (now < last.askAt) return last.settings;
    if (now - last.readAt > SERVED_MS) return refresh(name, last);
    // The alerts that come meanwhile do not ask as well.
    last.askAt = now + AGAIN_MS;
    background(refresh(name, last));
    return last.settings;
  };
}

function understood<T>(name: string, text: string, of: Settings<T>): T {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    throw of.unreadable(name, of.noJson);
  }
  const parsed = of.schema.safeParse(json);
  if (!parsed.success) throw of.unreadable(name, firstProblem(parsed.error));
  const problem = of.contradiction?.(name, parsed.data);
  if (problem !== undefined) throw of.unreadable(name, problem);
  return parsed.data;
}

function bounded<V>(memory: Map<string, V>): Map<string, V> {
  if (memory.size >= MAX_KNOWN) memory.clear();
  return memory;
}

async function readInTime(config: KeyValues, key: string, clock: Clock): Promise<string | null> {
  const timer = clock.timer(READ_MS);
  try {
    const read = config.get(key, { cacheTtl: KV_FRESH_SECONDS });
    // The one that loses the race may still fail later.
    read.catch(() => undefined);
    const late = timer.done.then(() => Promise.reject(new Error(`KV did not answer within ${READ_MS} ms`)));
    late.catch(() => undefined);
    return await Promise.race([read, late]);
  } finally {
    timer.cancel();
  }
}
