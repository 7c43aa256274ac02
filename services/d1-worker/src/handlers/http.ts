import type * as z from "zod";
import { firstProblem } from "#contracts/codec";
import { databaseRoutes } from "#contracts/routes/database";
import { HttpError, toHttpError } from "#runtime/http-error";
import { requireInternalKey } from "#runtime/internal-auth";
import { REQUEST_ID_HEADER, requestIdOf } from "#runtime/request-id";
import { MIGRATE_HINT, isSchemaMissing, isTransient } from "../database.ts";
import type { Deps } from "../ports.ts";
import { readArchivedLogs } from "../queries/archived-logs.ts";
import { claimNotifications } from "../queries/claim.ts";
import { summariseDay } from "../queries/day.ts";
import { readDeadLetter } from "../queries/dead-letter.ts";
import { listDeadLetters } from "../queries/dead-letters.ts";
import { groupLetters } from "../queries/letter-groups.ts";
import { judgeLetters } from "../queries/judge-letters.ts";
import { replayProgress } from "../queries/replay-progress.ts";
import { restoreLetters } from "./restore-letters.ts";
import { discardLetters, releaseLetters, reopenLetters, takeLetters } from "./change-letters.ts";
import { checkHealth } from "../queries/health.ts";
import { readLogs } from "../queries/logs.ts";
import { listOrders } from "../queries/orders.ts";
import { runQuery } from "../queries/query.ts";
import { pulse, readUnacknowledged } from "../queries/pulse.ts";
import { summarise } from "../queries/summary.ts";
import { traceOf } from "../queries/trace.ts";
import { watchFacts } from "../queries/watch.ts";

type Routes = typeof databaseRoutes;
type Asked<Name extends keyof Routes> = {
  params: Readonly<Record<string, string>>;
  query: z.infer<Routes[Name]["query"]>;
  body: z.infer<Routes[Name]["body"]>;
};

/** One answer per route of the contract: a missing or an extra one does not compile. */
const answers: {
  readonly [Name in keyof Routes]: (asked: Asked<Name>, deps: Deps) => Promise<z.infer<Routes[Name]["reply"]>>;
} = {
  trace: ({ params }, deps) => traceOf(params["requestId"] ?? "", deps),
  orders: ({ query }, deps) => listOrders(query, deps),
  logs: ({ query }, deps) => readLogs(query, deps),
  archivedLogs: ({ query }, deps) => readArchivedLogs(query, deps),
  deadLetters: ({ query }, deps) => listDeadLetters(query, deps),
  deadLetterGroups: ({ query }, deps) => groupLetters(query, deps),
  deadLetter: ({ params }, deps) => readDeadLetter(params["id"] ?? "", deps),
  judgeLetters: ({ body }, deps) => judgeLetters(body, deps),
  takeLetters: ({ body }, deps) => takeLetters(body, deps),
  releaseLetters: ({ body }, deps) => releaseLetters(body, deps),
  reopenLetters: ({ body }, deps) => reopenLetters(body, deps),
  discardLetters: ({ body }, deps) => discardLetters(body, deps),
  restoreLetters: ({ body }, deps) => restoreLetters(deps, body.limit),
  replayProgress: ({ params }, deps) => replayProgress(params["replayId"] ?? "", deps),
  query: ({ body }, deps) => runQuery(body, deps),
  summary: (_, deps) => summarise(deps),
  unacknowledged: (_, deps) => readUnacknowledged(deps),
  pulse: ({ body }, deps) => pulse(body, deps),
  claim: ({ body }, deps) => claimNotifications(body, deps),
  watch: ({ body }, deps) => watchFacts(body, deps),
  day: ({ query }, deps) => summariseDay(query, deps),
};

type Answer = (asked: Asked<keyof Routes>, deps: Deps) => Promise<unknown>;
const rows = Object.entries(databaseRoutes).map(([name, route]) => ({
  route,
  pattern: new URLPattern({ pathname: route.path }),
  // Both tables have the same keys, and the query and body given to an answer were read by its own route.
  answer: answers[name as keyof Routes] as unknown as Answer,
}));

/** Answers the routes of `databaseRoutes` to callers that know the internal key, and /health to any. */
export async function answerHttp(request: Request, deps: Deps): Promise<Response> {
  const requestId = requestIdOf(request.headers);
  try {
    const reply = await replyTo(request, deps);
    return Response.json(reply, { headers: { [REQUEST_ID_HEADER]: requestId } });
  } catch (thrown) {
    const error = errorOf(thrown);
    const severity = error.status >= 500 ? "error" : "warn";
    const path = new URL(request.url).pathname;
    const cause = thrown === error ? error.message : String(thrown);
    deps.log.for(requestId)(severity, "request.failed", `${request.method} ${path}: ${error.status} ${cause}`, {
      code: error.code,
    });
    return error.toResponse(requestId);
  }
}

/** The database's trouble is told as it is: its texts hold no secrets, and operators know what to do about them. */
function errorOf(thrown: unknown): HttpError {
  if (thrown instanceof HttpError || !(thrown instanceof Error)) return toHttpError(thrown);
  if (isSchemaMissing(thrown))
    return new HttpError(503, "schema_missing", thrown.message, { hint: MIGRATE_HINT, cause: thrown });
  if (!isTransient(thrown)) return toHttpError(thrown);
  return new HttpError(503, "database_unavailable", thrown.message, { hint: "try again in a moment", cause: thrown });
}

async function replyTo(request: Request, deps: Deps): Promise<unknown> {
  const url = new URL(request.url);
  if (url.pathname === "/health") return checkHealth(deps);
  await requireInternalKey(request, deps.internalKey, "d1-worker");
  const matching = rows.filter(({ pattern }) => pattern.test({ pathname: url.pathname }));
  const row = matching.find(({ route }) => route.method === request.method);
  if (!row) {
    throw matching.length > 0
      ? new HttpError(405, "method_not_allowed", `${request.method} is not answered here`)
      : new HttpError(404, "no_such_route", `d1-worker has no route ${url.pathname}`);
  }
  const groups = row.pattern.exec({ pathname: url.pathname })?.pathname.groups ?? {};
  const params = Object.fromEntries(Object.entries(groups).map(([name, value]) => [name, decodePart(value ?? "")]));
  const query = read(row.route.query, Object.fromEntries(url.searchParams), "query");
  const body = read(row.route.body, request.method === "GET" ? undefined : await bodyOf(request), "body");
  return row.answer({ params, query, body } as Asked<keyof Routes>, deps);
}

function read<Schema extends z.ZodType>(schema: Schema, value: unknown, part: "query" | "body"): z.infer<Schema> {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  throw new HttpError(400, `invalid_${part}`, firstProblem(parsed.error));
}

async function bodyOf(request: Request): Promise<unknown> {
  return request.json().catch((cause: unknown) => {
    throw new HttpError(400, "invalid_body", "the body is not JSON", { cause });
  });
}

function decodePart(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch (cause) {
    throw new HttpError(400, "invalid_path", `${part} is not URL-encoded`, { cause });
  }
}
