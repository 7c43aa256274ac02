import { opsRoutes } from "#contracts/routes/ops";
import { HttpError } from "#runtime/http-error";
import { keyMatches, requireInternalKey } from "#runtime/internal-auth";
import type { OpsDeps } from "./deps.ts";

/** Set by the gateway: the address of whoever called it. */
export const SOURCE_IP_HEADER = "X-Source-Ip";
/** The period of WRONG_KEY_RATE in wrangler.jsonc. */
const RETRY_AFTER_SECONDS = "60";

/**
 * Throws unless the call comes through the gateway and from an operator. Only wrong keys count against a
 * source: a right one is never refused for what others tried.
 */
export async function requireOperator(
  request: Request,
  deps: Pick<OpsDeps, "caller" | "operatorKey" | "wrongKeys">,
): Promise<void> {
  if (!asksWhichKeysDiffer(request)) await requireInternalKey(request, deps.caller.internalKey, deps.caller.self);
  const given = /^bearer\s+(.+)$/i.exec(request.headers.get("Authorization") ?? "")?.[1]?.trim() ?? "";
  if (await keyMatches(given, deps.operatorKey)) return;
  const source = request.headers.get(SOURCE_IP_HEADER) || "unknown";
  // A limiter that fails must not turn a wrong key into an error of ours.
  const { success } = await deps.wrongKeys.limit({ key: source }).catch(() => ({ success: true }));
  if (!success) {
    throw new HttpError(429, "too_many_wrong_keys", "too many wrong operator keys from this address", {
      hint: `wait ${RETRY_AFTER_SECONDS} s`,
      headers: { "Retry-After": RETRY_AFTER_SECONDS },
    });
  }
  throw new HttpError(401, "operator_key_mismatch", "the operator key is missing or wrong", {
    hint: "send Authorization: Bearer with the value of OPERATOR_KEY_BINDING",
    headers: { "WWW-Authenticate": "Bearer" },
  });
}

/** The question for the hour when internal keys differ: the gateway's may be the one that does. */
function asksWhichKeysDiffer(request: Request): boolean {
  const { method, path } = opsRoutes.secrets;
  return request.method === method && new URL(request.url).pathname === path;
}
