import { HttpError } from "#runtime/http-error";
import { parseAddressList, type AddressList } from "./source-address.ts";

/** Throws 403 for whoever OPERATOR_IPS does not name, before their key is looked at: they must not learn whether it is right. */
export function refuseStrangers(request: Request, operatorIps: string): void {
  const operators = operatorList(operatorIps);
  if (!operators.restricted || operators.includes(request.headers.get("cf-connecting-ip") ?? "")) return;
  throw new HttpError(403, "operator_address_not_allowed", "operators are not served at this address", {
    hint: "the variable OPERATOR_IPS of hoox lists who may ask",
  });
}

/** Throws when nobody can tell who may ask: a list with a typo lets nobody in. */
function operatorList(text: string): AddressList {
  try {
    return parseAddressList(text);
  } catch (cause) {
    const message = `OPERATOR_IPS: ${cause instanceof Error ? cause.message : String(cause)}`;
    throw new HttpError(500, "misconfigured", message, { hint: "see services/hoox/wrangler.jsonc", cause });
  }
}
