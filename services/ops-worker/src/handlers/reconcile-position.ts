import { compare } from "#contracts/decimal";
import { OPERATOR as BY } from "#contracts/strategy";
import { HttpError } from "#runtime/http-error";
import { audit } from "../announce.ts";
import type { OpsHandlers } from "../call.ts";
import { unreachable } from "../ledgers.ts";
import { differenceOf } from "../positions/difference.ts";
import { within } from "../within.ts";

export const showDifference: OpsHandlers["positionDifference"] = async ({ query, requestId }, deps) => {
  const { view } = await differenceOf(query, requestId, deps);
  return view;
};

/** Asks the exchange again: what was shown may have passed, and only what is there now is booked. */
export const reconcilePosition: OpsHandlers["reconcilePosition"] = async ({ requestId, body }, deps) => {
  const { ledger, symbol, price, reason } = body;
  const { view, shown, resting } = await differenceOf(body, requestId, deps);
  if (compare(view.here, body.here) !== 0 || compare(view.held, body.held) !== 0) {
    const now = `the ledger has ${view.here} and the exchange ${view.held}`;
    throw new HttpError(409, "position_changed", `${symbol} has changed since it was shown: ${now} now`, {
      hint: "look again; nothing was booked",
    });
  }
  if (view.books === undefined)
    throw new HttpError(409, "not_reconciled", view.why ?? "there is nothing to bring into line");
  const word = { v: 1, requestId, symbol, held: view.held, shown, resting, price, reason, by: BY } as const;
  // Not tried twice: the second try of one that arrived would read as a refusal.
  const reply = await within(deps.timeoutMs, `ledger ${ledger}`, deps.ledger(ledger).reconcile(word)).catch(
    unreachable(`ledger ${ledger} did not confirm it`, "see whether it arrived: npx hoox positions"),
  );
  if (reply.status === "refused") throw new HttpError(409, "not_reconciled", reply.reason);
  const { booked, profit, position } = reply;
  const what = `${booked.side} ${booked.quantity} at ${booked.price}`;
  const change = { actor: BY, action: "position.reconcile", target: `${ledger} ${symbol} ${what}`, reason };
  deps.log.for(requestId)("warn", "position.reconciled", `${what} booked by ${BY}'s word: ${reason}`, {
    ledger,
    symbol,
  });
  const notes = await audit(change, { requestId, causedBy: requestId, key: "reconcile" }, deps);
  return { ledger, booked, profit, position, ...(notes.length === 0 ? {} : { note: notes.join("; ") }) };
};
