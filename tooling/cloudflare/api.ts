import { BaseCloudflare, type ClientOptions } from "cloudflare/client";
import { APIConnectionError, APIConnectionTimeoutError, APIError } from "cloudflare/core/error";
import * as z from "zod";
import type { HooxContext } from "../cli/context.ts";
import { AccountError, refused, unanswered, unreadable, type Asked } from "./errors.ts";

/** One question to the API. */
export interface Call<Schema extends z.ZodType> {
  method: "get" | "post" | "put" | "patch" | "delete";
  /** Below `/client/v4`; `path` makes one. */
  path: string;
  query?: Record<string, string | number | undefined>;
  body?: unknown;
  /** What of the answer is wanted: its `result`, checked. */
  result: Schema;
  /** In words that fit after "could not". */
  what: string;
  /** A POST or PATCH that may be sent twice. All others may. */
  repeatable?: boolean;
  /** A POST that changes nothing, and may be sent twice as well. */
  reads?: boolean;
  /** What to do when nobody knows whether it was done, where running the command again is not the answer. */
  lost?: string;
}

export interface Page<T> {
  result: T;
  /** Where the rest begins, for lists that go by cursor. */
  cursor: string | undefined;
  total: number | undefined;
}

type Around = Pick<HooxContext, "env" | "fetch" | "sleep" | "stderr">;

const TIMEOUT_MS = 30_000;
const TRIES = 4;
/** Whoever must wait longer is told so instead. */
const LONGEST_WAIT_MS = 60_000;

const envelope = z.object({
  success: z.boolean(),
  errors: z.array(z.object({ code: z.number(), message: z.string() })).nullish(),
  result: z.unknown(),
  result_info: z
    .object({
      cursor: z.string().nullish(),
      cursors: z.object({ after: z.string().nullish() }).nullish(),
      total_count: z.number().nullish(),
    })
    .nullish(),
});

/** Cloudflare's API through the official client, whose answers are checked and whose failures are in words. */
export class Api {
  readonly #client: BaseCloudflare;
  readonly #around: Around;
  readonly #timeoutMs: number;

  constructor(around: Around, token: string, options: { timeoutMs?: number } = {}) {
    this.#around = around;
    this.#timeoutMs = options.timeoutMs ?? TIMEOUT_MS;
    const fetch: ClientOptions["fetch"] = (url, init) =>
      // The official client's own time-out ends with the headers; a body can hang too.
      around.fetch(url, {
        ...init,
        signal: AbortSignal.any([...(init?.signal ? [init.signal] : []), AbortSignal.timeout(this.#timeoutMs)]),
      });
    const base = around.env["CLOUDFLARE_API_BASE_URL"]?.replace(/\/+$/, "");
    this.#client = new BaseCloudflare({
      apiToken: token,
      apiKey: null,
      apiEmail: null,
      userServiceKey: null,
      ...(base ? { baseURL: base } : {}),
      fetch,
      // Its retries repeat what must not be repeated (any POST, any 409).
      maxRetries: 0,
      timeout: this.#timeoutMs,
      logLevel: "off",
    });
  }

  async call<Schema extends z.ZodType>(call: Call<Schema>): Promise<z.infer<Schema>> {
    return (await this.page(call)).result;
  }

  /** Undefined when the API says that there is no such thing. */
  async find<Schema extends z.ZodType>(call: Call<Schema>): Promise<z.infer<Schema> | undefined> {
    try {
      return await this.call(call);
    } catch (error) {
      if (error instanceof AccountError && error.status === 404) return undefined;
      throw error;
    }
  }

  /** All of a list that comes in numbered pages. */
  async all<Schema extends z.ZodType>(
    call: Omit<Call<Schema>, "result" | "method">,
    item: Schema,
    perPage = 100,
  ): Promise<z.infer<Schema>[]> {
    const found: z.infer<Schema>[] = [];
    for (let page = 1; ; page += 1) {
      const query = { ...call.query, page, per_page: perPage };
      const { result, total } = await this.page({ ...call, method: "get", query, result: z.array(item) });
      found.push(...result);
      // Some lists know no pages and send everything at once.
      if (result.length < perPage || (total !== undefined && found.length >= total)) return found;
    }
  }

  async page<Schema extends z.ZodType>(call: Call<Schema>): Promise<Page<z.infer<Schema>>> {
    const asked = askedBy(call);
    const { status, text } = await this.#ask(call, asked);
    const parsed = envelope.safeParse(jsonOf(text));
    if (!parsed.success) throw unreadable(asked, status, text.trim() === "" ? "it is empty" : `no JSON envelope`);
    if (!parsed.data.success) throw refused(asked, { status, errors: parsed.data.errors ?? [] });
    const result = call.result.safeParse(parsed.data.result);
    if (!result.success) {
      const issue = result.error.issues[0];
      throw unreadable(asked, status, `${issue?.path.join(".") || "result"}: ${issue?.message}`);
    }
    const info = parsed.data.result_info;
    const cursor = info?.cursor || info?.cursors?.after || undefined;
    return { result: result.data, cursor, total: info?.total_count ?? undefined };
  }

  /** The body of an answer that is no envelope, such as a value of KV. */
  async text(call: Omit<Call<z.ZodType>, "result">): Promise<string | undefined> {
    try {
      return (await this.#ask(call, askedBy(call))).text;
    } catch (error) {
      if (error instanceof AccountError && error.status === 404) return undefined;
      throw error;
    }
  }

  async #ask(call: Omit<Call<z.ZodType>, "result">, asked: Asked): Promise<{ status: number; text: string }> {
    let lostBefore = false;
    for (let tried = 1; ; tried += 1) {
      try {
        const response = await this.#client[call.method](call.path, {
          ...(call.query ? { query: call.query } : {}),
          ...(call.body === undefined ? {} : { body: call.body }),
        }).asResponse();
        return { status: response.status, text: await response.text() };
      } catch (error) {
        // What the first try did, a second one finds done.
        if (tried > 1 && call.method === "delete" && error instanceof APIError && error.status === 404) return GONE;
        const failure = failureOf({ ...asked, lostBefore }, error, this.#timeoutMs);
        lostBefore = failure.inDoubt;
        const wait = waitAfter(error, tried);
        const again = asked.repeatable || failure.status === 429;
        if (!again || !failure.passing || tried === TRIES || wait > LONGEST_WAIT_MS) throw failure;
        if (wait > 5_000)
          this.#around.stderr.write(`Cloudflare asks for a pause: waiting ${Math.ceil(wait / 1_000)} s\n`);
        await this.#around.sleep(wait);
      }
    }
  }
}

/** A path whose variable parts are escaped. */
export function path(parts: TemplateStringsArray, ...values: readonly string[]): string {
  return String.raw({ raw: parts }, ...values.map((value) => encodeURIComponent(value)));
}

const GONE = { status: 200, text: '{"success":true,"errors":[],"result":null}' };

function askedBy(call: Omit<Call<z.ZodType>, "result">): Asked {
  const reads = call.reads ?? call.method === "get";
  const repeatable = call.repeatable ?? (reads || (call.method !== "post" && call.method !== "patch"));
  return { what: call.what, path: call.path, repeatable, writes: !reads, lost: call.lost };
}

const refusal = z.object({ errors: z.array(z.object({ code: z.number(), message: z.string() })) });

function failureOf(asked: Asked, error: unknown, timeoutMs: number): AccountError {
  if (error instanceof APIConnectionTimeoutError) return unanswered(asked, timedOut(), timeoutMs);
  if (error instanceof APIConnectionError || !(error instanceof APIError) || error.status === undefined) {
    return unanswered(asked, isTimeout(error) ? timedOut() : error, timeoutMs);
  }
  const said = refusal.safeParse(error.error);
  const retryAfter = secondsOf(error.headers);
  const errors = said.success ? said.data.errors : [];
  if (!said.success && error.status < 500 && error.status !== 429) {
    return unreadable(asked, error.status, "no JSON envelope");
  }
  return refused(asked, { status: error.status, errors, ...(retryAfter === undefined ? {} : { retryAfter }) });
}

function waitAfter(error: unknown, tried: number): number {
  const asked = error instanceof APIError ? secondsOf(error.headers) : undefined;
  if (asked !== undefined) return asked * 1_000;
  return 500 * 2 ** (tried - 1) * (0.75 + Math.random() / 2);
}

function secondsOf(headers: Headers | undefined): number | undefined {
  const text = headers?.get("retry-after");
  if (!text) return undefined;
  const seconds = /^\d+$/.test(text) ? Number(text) : (Date.parse(text) - Date.now()) / 1_000;
  return Number.isFinite(seconds) ? Math.max(0, seconds) : undefined;
}

function isTimeout(error: unknown): boolean {
  return error instanceof Error && (error.name === "TimeoutError" || isTimeout(error.cause));
}

function timedOut(): Error {
  return new DOMException("timed out", "TimeoutError");
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
