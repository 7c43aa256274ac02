import type * as z from "zod";
import type { LedgerName } from "#contracts/ids";
import type { acceptReply, acceptRequest } from "#contracts/ledger";
import { OPERATOR as BY } from "#contracts/strategy";
import { HttpError } from "#runtime/http-error";
import { audit } from "../announce.ts";
import type { OpsHandlers } from "../call.ts";
import type { OpsDeps } from "../deps.ts";
import { registeredPlace, unreachable } from "../ledgers.ts";
import { within } from "../within.ts";

const SAME_KEY = "ask again with the same key: it closes once";

/** Past every strategy: one that is bound to another account must not keep an operator from closing here. */
export const closePosition: OpsHandlers["closePosition"] = async ({ requestId, body }, deps) => {
  const { ledger, symbol, key, reason } = body;
  const place = await registeredPlace(ledger, { deps, so: "nothing was closed", hint: SAME_KEY });
  const signal = { requestId, strategy: BY, ...place, symbol, action: "close", orderType: "market" } as const;
  const alertKey = { value: `${BY}/${key}`, source: "explicit" } as const;
  const reply = await accepted({ v: 1, ledger, signal, alertKey }, deps);
  if (reply.status === "key_reused") {
    throw new HttpError(409, "key_reused", `this key has closed something else already (${reply.requestId})`);
  }
  if (reply.status === "duplicate") return { status: reply.status, requestId: reply.requestId };
  deps.log.for(requestId)("warn", "position.closing", `close of ${symbol} by ${BY}: ${reason}`, { ledger, symbol });
  const change = { actor: BY, action: "position.close", target: `${ledger} ${symbol}`, reason };
  const [notes] = await Promise.all([
    audit(change, { requestId, causedBy: requestId, key: "close" }, deps),
    reply.hint ? hint(ledger, requestId, deps) : undefined,
  ]);
  return { status: reply.status, requestId, ...(notes.length === 0 ? {} : { note: notes.join("; ") }) };
};

/** Twice on fresh stubs: `accept` is idempotent by requestId. */
async function accepted(request: z.infer<typeof acceptRequest>, deps: OpsDeps): Promise<z.infer<typeof acceptReply>> {
  const { ledger } = request;
  const ask = async (): Promise<z.infer<typeof acceptReply>> =>
    within(deps.timeoutMs, `ledger ${ledger}`, deps.ledger(ledger).accept(request));
  return ask().catch(ask).catch(unreachable("it is not known whether it was accepted", SAME_KEY));
}

/** Losing it is a delay: the ledger hints by itself as long as nobody comes. */
async function hint(ledger: LedgerName, requestId: string, { producer }: OpsDeps): Promise<void> {
  const data = { ledger, purpose: "execute" as const };
  await producer.send("trade-signals", "signal.hinted", data, { requestId }).catch(() => undefined);
}
