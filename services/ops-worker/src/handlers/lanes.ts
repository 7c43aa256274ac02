import { HttpError } from "#runtime/http-error";
import { audit } from "../announce.ts";
import type { OpsHandlers } from "../call.ts";
import type { OpsDeps } from "../deps.ts";
import { askLedgers } from "../ledgers.ts";
import { reasonOf, within } from "../within.ts";

const BY = "operator";

export const listLanes: OpsHandlers["lanes"] = async (_call, deps) => {
  const { answers, problems } = await askLedgers(deps, (ledger) => ledger.lanes());
  return { lanes: answers.flatMap((each) => each.answer), ...(problems.length === 0 ? {} : { problems }) };
};

/** Tells the ledger what the venue's own screen shows of a leg in doubt. */
export const resolveLane: OpsHandlers["resolveLane"] = async ({ requestId: causedBy, body }, deps) => {
  const { ledger: named, ...word } = body;
  const { requestId, outcome, reason } = word;
  const ledger = await ledgerWith(requestId, named, deps);
  const asking = deps.ledger(ledger).resolve({ v: 1, ...word, by: BY });
  // Not tried twice: the second try of one that arrived would read as a refusal.
  const reply = await within(deps.timeoutMs, ledger, asking).catch((error: unknown) => {
    throw new HttpError(503, "ledger_unreachable", `ledger ${ledger} did not confirm it: ${reasonOf(error)}`, {
      hint: `see whether it arrived: npx hoox trace ${requestId}`,
      cause: error,
    });
  });
  if (reply.status === "refused") throw new HttpError(409, "not_resolved", reply.reason);
  const change = { actor: BY, action: "lane.resolve", target: `${ledger} ${requestId} ${outcome}`, reason };
  deps.log.for(requestId)("warn", "lane.resolved", `${outcome} by ${BY}'s word: ${reason}`, { ledger, outcome });
  const notes = await audit(change, { requestId, causedBy, key: "lane" }, deps);
  return { ledger, signal: reply.signal, ...(notes.length === 0 ? {} : { note: notes.join("; ") }) };
};

/** Only registered ledgers are asked: a name that nobody registered would come to life by being asked. */
async function ledgerWith(requestId: string, named: string | undefined, deps: OpsDeps): Promise<string> {
  const { answers, problems } = await askLedgers(deps, (ledger) => ledger.find({ v: 1, requestId }));
  const holder = answers.find(({ ledger, answer }) => answer !== undefined && (named ?? ledger) === ledger);
  if (holder) return holder.ledger;
  if (problems.length > 0) {
    const message = `not every ledger could be asked for ${requestId}: ${problems.join("; ")}`;
    throw new HttpError(503, "ledger_unreachable", message, { hint: "run: npx hoox check health" });
  }
  const where = named === undefined ? "no ledger has" : `ledger ${named} does not have`;
  throw new HttpError(404, "signal_not_found", `${where} a signal ${requestId}`, { hint: "run: npx hoox lanes list" });
}
