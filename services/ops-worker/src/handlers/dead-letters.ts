import { letterAudit, type VerdictCounts } from "#contracts/replay";
import { databaseRoutes } from "#contracts/routes/database";
import { letterRoutes } from "#contracts/routes/dead-letters";
import { HttpError } from "#runtime/http-error";
import type { OpsHandlers } from "../call.ts";
import { makePlan } from "../replays/plan.ts";

export const listDeadLetters: OpsHandlers["deadLetters"] = async ({ requestId, query }, deps) =>
  deps.database.ask(letterRoutes.deadLetters, { requestId, query });

export const getDeadLetter: OpsHandlers["deadLetter"] = async ({ requestId, params }, deps) =>
  deps.database.ask(letterRoutes.deadLetter, { requestId, params });

/** Groups as the database counts them, and what would come of replaying the open letters of each. */
export const listGroups: OpsHandlers["deadLetterGroups"] = async ({ requestId, query }, deps) => {
  const { groups } = await deps.database.ask(letterRoutes.deadLetterGroups, { requestId, query });
  const { cursor: _cursor, limit: _limit, status, ...filters } = query;
  if (groups.length === 0 || (status !== undefined && status !== "open")) return { groups };
  const selection = { ...filters, all: true as const };
  const plan = await makePlan(selection, { requestId, cutoff: deps.now() }, deps).catch((error: unknown) => {
    // More letters than a plan takes are no reason not to show how many there are.
    if (error instanceof HttpError && error.code === "too_many_letters")
      return { letters: [], problems: [error.message] };
    throw error;
  });
  const byCause = new Map<string, VerdictCounts>();
  for (const { fingerprint, verdict } of plan.letters) {
    const counts = byCause.get(fingerprint) ?? {};
    counts[verdict] = (counts[verdict] ?? 0) + 1;
    byCause.set(fingerprint, counts);
  }
  const judged = groups.map((group) => {
    const verdicts = byCause.get(group.fingerprint);
    return { ...group, ...(verdicts ? { verdicts } : {}) };
  });
  return { groups: judged, ...(plan.problems ? { problems: plan.problems } : {}) };
};

/** Rows of `audit_log` about letters and replays, the latest first. */
export const listLetterAudit: OpsHandlers["deadLetterAudit"] = async ({ requestId, query }, deps) => {
  // Both were checked by the route's row: a time has no quote in it.
  const since = query.since === undefined ? "" : `AND created_at >= '${new Date(query.since).toISOString()}'`;
  const sql = `SELECT created_at, actor, action, target, reason, request_id FROM audit_log
    WHERE (action LIKE 'replay.%' OR action LIKE 'dead-letters.%') ${since} ORDER BY created_at DESC LIMIT ${query.limit}`;
  const { rows } = await deps.database.ask(databaseRoutes.query, { requestId, body: { sql } });
  const entries = rows.map(({ created_at: at, request_id: ofRequest, ...rest }) =>
    letterAudit.parse({ ...rest, at, requestId: ofRequest }),
  );
  return { entries };
};
