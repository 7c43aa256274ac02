import * as z from "zod";
import { requestId as requestIdSchema } from "#contracts/ids";
import { databaseRoutes, type Trace } from "#contracts/routes/database";
import { HttpError } from "#runtime/http-error";
import { checked, type OpsHandlers } from "../call.ts";
import { askLedgers } from "../ledgers.ts";

const path = z.object({ requestId: requestIdSchema });

/** The database's story of a request and the ledger's own view, which is ahead of it by the length of a queue. */
export const showTrace: OpsHandlers["trace"] = async (call, deps) => {
  const { requestId } = checked("path", path, call.params);
  const [stored, found] = await Promise.all([
    deps.database.ask(databaseRoutes.trace, { requestId: call.requestId, params: { requestId } }).then(
      (trace) => ({ trace, error: undefined }),
      (error: unknown) => ({ trace: nothingOf(requestId), error }),
    ),
    askLedgers(deps, (ledger) => ledger.find({ v: 1, requestId })),
  ]);
  const [known] = found.answers.flatMap(({ ledger, answer }) => (answer ? [{ name: ledger, signal: answer }] : []));
  const missing = stored.error instanceof HttpError && stored.error.status === 404;
  if (!known && stored.error !== undefined && !missing) throw stored.error;
  const problems = [...(stored.trace.problems ?? []), ...found.problems];
  if (stored.error instanceof Error && !missing) problems.unshift(`database: ${stored.error.message}`);
  if (!known && isEmpty(stored.trace) && problems.length === 0) {
    throw new HttpError(404, "trace_not_found", `nothing is known of request ${requestId}`, {
      hint: "rows arrive a second or two after the acknowledgement; older ones may have been archived",
    });
  }
  return { ...stored.trace, ...(known ? { ledger: known } : {}), ...(problems.length === 0 ? {} : { problems }) };
};

type StoredTrace = Omit<Trace, "ledger">;

function nothingOf(requestId: string): StoredTrace {
  return { requestId, orders: [], fills: [], notifications: [], deadLetters: [], logs: [] };
}

/** Whatever kinds of rows a trace has: none of them is there. */
function isEmpty({ requestId: _asked, ...parts }: StoredTrace): boolean {
  return Object.values(parts).every((part) => part === undefined || (Array.isArray(part) && part.length === 0));
}
