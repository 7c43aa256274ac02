import * as z from "zod";
import { RECEIVE_WINDOW_MS } from "#contracts/ledger";
import type { Clock } from "../../clock.ts";
import { messageOf } from "../../message-of.ts";
import type { Credentials } from "../credentials.ts";
import { faultOf, type Fault, type Market } from "./faults.ts";
import { encodeParameters, signatureOf, type Parameters } from "./signing.ts";

const TIMEOUT_MS = 8_000;
const BODY_IN_WORDS = 200;

/** What one isolate remembers of one address of Binance. */
export interface Memory {
  /** The venue's clock minus ours, measured after the first complaint. */
  offsetMs: number;
  stoppedUntil: number;
}

export function createMemory(): Memory {
  return { offsetMs: 0, stoppedUntil: 0 };
}

export interface TransportSettings {
  baseUrl: string;
  market: Market;
  /** Where this market tells the time. */
  timePath: string;
  credentials: Credentials;
  clock: Clock;
  fetch: typeof fetch;
  memory: Memory;
}

export type Method = "GET" | "POST" | "DELETE";
export type Reply = { ok: true; body: unknown } | { ok: false; fault: Fault };

export interface Transport {
  open(path: string, parameters: Parameters): Promise<Reply>;
  /** Signed with `signedAt`, which is the venue's time; absent: now. Sent once, never again. */
  signed(method: Method, path: string, parameters: Parameters, of?: { signedAt?: Date }): Promise<Reply>;
}

const refusalBody = z.object({ code: z.int().negative(), msg: z.string().default("") });
/** Gateways in front of the exchange send words without a code, or with the code 0. */
const wordsOnly = z.object({ msg: z.string() });
const serverTime = z.object({ serverTime: z.int() });

/** Never rejects: a line that breaks is a fault that proves nothing. */
export function createTransport(of: TransportSettings): Transport {
  const { memory, clock, market } = of;

  async function send(method: Method, path: string, query: string, headers: Record<string, string>): Promise<Reply> {
    const waitMs = memory.stoppedUntil - clock.now().getTime();
    if (waitMs > 0) {
      const reason = `Binance asked for no more requests for another ${Math.ceil(waitMs / 1_000)} s; nothing was sent`;
      return { ok: false, fault: { verdict: "not_executed", reason, retryAfterMs: waitMs } };
    }
    let response: Response;
    let text: string;
    try {
      response = await of.fetch(`${of.baseUrl}${path}${query === "" ? "" : `?${query}`}`, {
        method,
        headers,
        signal: AbortSignal.timeout(TIMEOUT_MS),
        // Where a redirect leads nobody has checked, and the key would travel along.
        redirect: "manual",
      });
      text = await response.text();
    } catch (error) {
      return unknown(`Binance did not answer: ${messageOf(error)}`);
    }
    const body = parsed(text);
    const refusal = refusalBody.safeParse(body);
    if (response.ok && !refusal.success) {
      return body === undefined ? unknown("Binance answered something that is not JSON") : { ok: true, body };
    }
    const fault = faultOf(market, {
      status: response.status,
      code: refusal.data?.code,
      text: refusal.data?.msg ?? wordsOnly.safeParse(body).data?.msg ?? wordsOf(text),
      retryAfter: response.headers.get("Retry-After"),
      now: clock.now(),
    });
    // A shorter stop does not end a longer one.
    if (fault.stopAll)
      memory.stoppedUntil = Math.max(memory.stoppedUntil, clock.now().getTime() + (fault.retryAfterMs ?? 0));
    return { ok: false, fault };
  }

  async function measureOffset(): Promise<void> {
    const asked = clock.now().getTime();
    const reply = await send("GET", of.timePath, "", {});
    const time = reply.ok ? serverTime.safeParse(reply.body) : undefined;
    if (!time?.success) return;
    // The answer is half the way old.
    memory.offsetMs = time.data.serverTime - Math.round((asked + clock.now().getTime()) / 2);
  }

  return {
    open: (path, parameters) => send("GET", path, encodeParameters(parameters), {}),
    async signed(method, path, parameters, { signedAt } = {}) {
      const timestamp = signedAt?.getTime() ?? clock.now().getTime() + memory.offsetMs;
      const query = encodeParameters({
        ...parameters,
        recvWindow: String(RECEIVE_WINDOW_MS),
        timestamp: String(timestamp),
      });
      const signature = await signatureOf(of.credentials.apiSecret, query);
      const headers = { "X-MBX-APIKEY": of.credentials.apiKey };
      const reply = await send(method, path, `${query}&signature=${signature}`, headers);
      if (!reply.ok && reply.fault.code === CLOCK_CODE) await measureOffset();
      return reply;
    },
  };
}

const CLOCK_CODE = -1021;

function unknown(reason: string): Reply {
  return { ok: false, fault: { verdict: "unknown", reason } };
}

function parsed(text: string): unknown {
  try {
    return (LONG_INTEGER.test(text) ? JSON.parse(text, longIntegersAsText) : JSON.parse(text)) as unknown;
  } catch {
    return undefined;
  }
}

/** Ids of some USD-M pairs, ETHUSDT among them, have 19 digits; rules have none, and are too long to look at each value. */
const LONG_INTEGER = /\d{16}/;

function longIntegersAsText(_: string, value: unknown, context?: { source?: string }): unknown {
  return typeof value === "number" && !Number.isSafeInteger(value) && /^\d+$/.test(context?.source ?? "")
    ? context?.source
    : value;
}

function wordsOf(text: string): string {
  return text
    .replaceAll(/<[^>]*>/g, " ")
    .replaceAll(/\s+/g, " ")
    .trim()
    .slice(0, BODY_IN_WORDS);
}
