import type { Worker } from "#contracts/ids";
import { HttpError } from "#runtime/http-error";
import {
  INTERNAL_CALLER_HEADER,
  INTERNAL_KEY_HEADER,
  internalHeaders,
  looksMissing,
  type Fetcher,
  type InternalCaller,
} from "#runtime/internal-auth";
import { REQUEST_ID_HEADER } from "#runtime/request-id";
import { notDeployed } from "../webhook/accept.ts";

/** Where the request came from, as the platform says; the called Worker sees only the gateway. */
export const SOURCE_IP_HEADER = "X-Source-Ip";
/** What only the gateway may say. A sender's own are dropped. */
const OURS = [INTERNAL_KEY_HEADER, INTERNAL_CALLER_HEADER, REQUEST_ID_HEADER, SOURCE_IP_HEADER] as const;

/**
 * Hands a request on with the internal key, its requestId and its source. The caller's Authorization goes
 * along: the called Worker checks it. Throws 502 that names the Worker when it cannot be reached.
 */
export async function forward(
  request: Request,
  to: { worker: Worker; binding: Fetcher },
  { caller, requestId }: { caller: InternalCaller; requestId: string },
): Promise<Response> {
  const { pathname, search } = new URL(request.url);
  const answered = await to.binding
    .fetch(
      new Request(`https://internal${pathname}${search}`, {
        method: request.method,
        headers: forwardedHeaders(request.headers, caller, requestId),
        body: request.body,
        redirect: "manual",
        signal: request.signal,
        // Node needs it for a streamed body; workerd ignores it.
        ...(request.body === null ? {} : { duplex: "half" }),
      }),
    )
    .catch((error: unknown) => {
      throw unreachable(to.worker, error);
    });
  if (await saysMissing(answered)) throw notDeployed(to.worker);
  const response = new Response(answered.body, answered);
  response.headers.set(REQUEST_ID_HEADER, requestId);
  return response;
}

function forwardedHeaders(sent: Headers, caller: InternalCaller, requestId: string): Headers {
  const headers = new Headers(sent);
  for (const name of OURS) headers.delete(name);
  for (const [name, value] of Object.entries(internalHeaders(caller, requestId))) {
    // The body is passed on as it is, so its type stays what the sender said.
    if (name !== "content-type") headers.set(name, value);
  }
  headers.set(SOURCE_IP_HEADER, sent.get("cf-connecting-ip") ?? "");
  return headers;
}

/** Our Workers always answer JSON; a plain 404 or 5xx may be the platform's word on a binding without a target. */
async function saysMissing(response: Response): Promise<boolean> {
  if (response.status < 400 || (response.headers.get("content-type") ?? "").includes("json")) return false;
  return looksMissing(await response.clone().text());
}

function unreachable(worker: Worker, error: unknown): HttpError {
  const reason = error instanceof Error ? error.message : String(error);
  if (looksMissing(reason)) return notDeployed(worker, error);
  return new HttpError(502, "bad_gateway", `${worker} failed to answer`, {
    hint: "run: npx hoox check health",
    cause: error,
  });
}
