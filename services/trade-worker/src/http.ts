import type * as z from "zod";
import { firstProblem } from "#contracts/codec";
import { pathOf } from "#contracts/routes/route";
import { tradeRoutes } from "#contracts/routes/trade";
import { HttpError, toHttpError } from "#runtime/http-error";
import { requireInternalKey } from "#runtime/internal-auth";
import { REQUEST_ID_HEADER, requestIdOf } from "#runtime/request-id";
import { onAttemptRequested, type AttemptDeps } from "./handlers/attempt-requested.ts";
import { readHealth, type HealthDeps } from "./handlers/health.ts";
import { readHoldings } from "./handlers/read-holdings.ts";
import { readKeyHealth, type KeyDeps } from "./handlers/read-key-health.ts";
import { readOrders } from "./handlers/read-orders.ts";
import { decodeWork } from "./work.ts";

export type HttpDeps = AttemptDeps & HealthDeps & KeyDeps & { internalKey: string | undefined };

/** What goes on after the answer. */
export type Later = (work: Promise<void>) => void;

/** The handler that executes. It never calls itself: one invocation, one signal. */
export async function handleRequest(request: Request, deps: HttpDeps, later: Later): Promise<Response> {
  const requestId = requestIdOf(request.headers);
  try {
    const reply = await answer(request, deps, later);
    reply.headers.set(REQUEST_ID_HEADER, requestId);
    return reply;
  } catch (thrown) {
    const error = toHttpError(thrown);
    const cause = error.cause instanceof Error ? `${error.message}: ${error.cause.message}` : error.message;
    const severity = error.status >= 500 || error.status === 401 ? "error" : "warn";
    deps.log.for(requestId)(severity, "request.refused", cause, { status: error.status, code: error.code });
    return error.toResponse(requestId);
  }
}

async function answer(request: Request, deps: HttpDeps, later: Later): Promise<Response> {
  const route = `${request.method} ${new URL(request.url).pathname}`;
  if (route === "GET /health") return Response.json(await readHealth(deps));
  const asked = Object.values(tradeRoutes).find((each) => route === `${each.method} ${pathOf(each)}`);
  if (asked === undefined) throw new HttpError(404, "no_such_route", `trade-worker has no ${route}`);
  await requireInternalKey(request, deps.internalKey, "trade-worker");
  if (asked === tradeRoutes.keyAccounts) return Response.json({ accounts: deps.keyAccounts() });
  const body: unknown = await request.json().catch(() => undefined);
  if (asked === tradeRoutes.holdings)
    return Response.json(await readHoldings(checked(tradeRoutes.holdings.body, body), deps));
  if (asked === tradeRoutes.orders)
    return Response.json(await readOrders(checked(tradeRoutes.orders.body, body), deps));
  if (asked === tradeRoutes.keyHealth)
    return Response.json(await readKeyHealth(checked(tradeRoutes.keyHealth.body, body), deps));
  later(onAttemptRequested(decodeWork(body), deps));
  return Response.json({ status: "started" }, { status: 202 });
}

function checked<Schema extends z.ZodType>(schema: Schema, body: unknown): z.infer<Schema> {
  const question = schema.safeParse(body);
  if (!question.success) throw new HttpError(400, "invalid_body", firstProblem(question.error));
  return question.data;
}
