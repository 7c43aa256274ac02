import type { Worker } from "#contracts/ids";
import { valuesOf } from "#contracts/secret-proof";
import type * as z from "zod";
import { HttpError } from "./http-error.ts";
import { REQUEST_ID_HEADER } from "./request-id.ts";

export const INTERNAL_KEY_HEADER = "X-Internal-Auth-Key";
export const INTERNAL_CALLER_HEADER = "X-Internal-Caller";

/**
 * True when `given` is one of the keys in `configured` (two, separated by a comma, during rotation).
 * Both sides are hashed first, so neither length nor content shows in the time it takes.
 */
export async function keyMatches(given: string, configured: string | undefined): Promise<boolean> {
  if (configured === undefined || given === "") return false;
  const [hash, known] = await Promise.all([sha256(given), hashesOf(configured)]);
  return known.map((each) => timingSafeEqual(hash, each)).includes(true);
}

/** Of the keys that this isolate was given: they never change while it lives. */
const hashes = new Map<string, Promise<readonly Uint8Array[]>>();

function hashesOf(configured: string): Promise<readonly Uint8Array[]> {
  let known = hashes.get(configured);
  if (known === undefined) hashes.set(configured, (known = Promise.all(valuesOf(configured).map(sha256))));
  return known;
}

/** SHA-256 of UTF-8 text. */
export async function sha256(text: string): Promise<Uint8Array> {
  return new Uint8Array(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text)));
}

/** Compares every byte whatever the first ones say. */
export function timingSafeEqual(a: Uint8Array, b: Uint8Array): boolean {
  if (a.byteLength !== b.byteLength) return false;
  let difference = 0;
  for (let index = 0; index < a.byteLength; index += 1) difference |= (a[index] ?? 0) ^ (b[index] ?? 0);
  return difference === 0;
}

/** Throws 401 unless the caller knows the internal key; the log line of it says who refused whom. */
export async function requireInternalKey(request: Request, key: string | undefined, self: Worker): Promise<void> {
  if (await keyMatches(request.headers.get(INTERNAL_KEY_HEADER) ?? "", key)) return;
  const caller = request.headers.get(INTERNAL_CALLER_HEADER) ?? "an unknown caller";
  throw new HttpError(401, "internal_key_mismatch", `${self} refused ${caller}: INTERNAL_KEY_BINDING does not match`, {
    hint: "run: npx hoox secrets check",
  });
}

/** A service binding or Durable Object stub, as far as it is used. */
export interface Fetcher {
  fetch(request: Request): Promise<Response>;
}

export interface InternalCaller {
  self: Worker;
  internalKey: string | undefined;
}

/**
 * Calls another Worker through its binding with the internal key and the request's id.
 * `path` begins with a slash. The answer is checked against `response`; a refusal becomes the
 * HttpError that the other side meant.
 */
export async function callInternal<Schema extends z.ZodType>(
  caller: InternalCaller,
  target: Fetcher,
  call: { method: string; path: string; requestId: string; body?: unknown; response: Schema; timeoutMs?: number },
): Promise<z.infer<Schema>> {
  const request = new Request(`https://internal${call.path}`, {
    method: call.method,
    headers: internalHeaders(caller, call.requestId),
    signal: AbortSignal.timeout(call.timeoutMs ?? 10_000),
    ...(call.body === undefined ? {} : { body: JSON.stringify(call.body) }),
  });
  const response = await target.fetch(request);
  const body: unknown = await response.json().catch(() => undefined);
  if (response.ok) return call.response.parse(body);
  const { code, message, hint } = errorOf(body);
  throw new HttpError(response.status, code, message, hint === undefined ? {} : { hint });
}

export function internalHeaders(caller: InternalCaller, requestId: string): Record<string, string> {
  return {
    "content-type": "application/json",
    [INTERNAL_KEY_HEADER]: caller.internalKey?.split(",")[0]?.trim() ?? "",
    [INTERNAL_CALLER_HEADER]: caller.self,
    [REQUEST_ID_HEADER]: requestId,
  };
}

/**
 * How a missing Worker looks through a service binding: wrangler dev answers 503 with the first of these
 * texts; the platform refuses to deploy such a binding, and what it says after a deletion is not documented.
 */
const MISSING =
  /not found\. Make sure it is running|find a local dev session|\b(?:worker|script|service)\b.{0,80}\b(?:not found|does not exist|not deployed)|error code: 10\d\d/is;
const MAX_TEXT = 2_000;

/** Whether an answer that is no JSON, or an error's message, says that the binding's Worker does not exist. */
export function looksMissing(text: string): boolean {
  return MISSING.test(text.slice(0, MAX_TEXT));
}

/** The hint for a Worker that {@link looksMissing}. Nothing in it tells where it runs, so it says both. */
export function howToBring(worker: string): string {
  return `locally: start the mesh without --without ${worker}; on Cloudflare: npx hoox deploy all`;
}

function errorOf(body: unknown): { code: string; message: string; hint?: string } {
  const error = typeof body === "object" && body !== null && "error" in body ? body.error : undefined;
  if (typeof error !== "object" || error === null) return { code: "bad_gateway", message: "the Worker gave no reason" };
  const text = (key: string): string | undefined => {
    const value: unknown = Reflect.get(error, key);
    return typeof value === "string" ? value : undefined;
  };
  const hint = text("hint");
  return {
    code: text("code") ?? "bad_gateway",
    message: text("message") ?? "the Worker gave no reason",
    ...(hint === undefined ? {} : { hint }),
  };
}
