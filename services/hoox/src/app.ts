import { Hono, type Context } from "hono";
import { HttpError, toHttpError } from "#runtime/http-error";
import { mintRequestId, REQUEST_ID_HEADER } from "#runtime/request-id";
import type { GatewayDeps } from "./deps.ts";
import { forward } from "./neighbours/forward.ts";
import { withOwnProofs } from "./neighbours/own-proofs.ts";
import { reportHealth } from "./neighbours/report-health.ts";
import { checkAlert } from "./webhook/check-alert.ts";
import type { Call } from "./webhook/ports.ts";
import { receiveAlert } from "./webhook/receive-alert.ts";
import { refuseStrangers } from "./webhook/operator-address.ts";

type Variables = { call: Call; deps: GatewayDeps };
type Gateway = { Bindings: object; Variables: Variables };

/** Lines of a quarter of a second share one message: a send per request would cost a quarter of the throughput. */
const SHARE_LOGS_MS = 250;
/** Answers the gateway gives anybody; counted and logged in samples only. */
const WITHOUT_KEY: readonly number[] = [401, 403, 404, 405, 413, 429];

/** `deps` is asked once a request and may throw while the Worker is misconfigured. */
export function createApp(deps: () => GatewayDeps): Hono<Gateway> {
  const app = new Hono<Gateway>({ strict: false });

  app.use(async (c, next) => {
    const requestId = mintRequestId();
    c.set("call", { requestId, background: () => undefined });
    const ready = deps();
    const flush = (): Promise<void> => ready.logs.flush({ afterMs: SHARE_LOGS_MS });
    c.set("deps", ready);
    c.set("call", { requestId, background: (work) => c.executionCtx.waitUntil(work.then(flush, flush)) });
    await next();
  });

  app.post("/webhook", (c) => receiveAlert(c.req.raw, c.get("call"), c.get("deps")));
  app.all("/webhook", () => notAllowed("POST"));
  app.post("/webhook/check", (c) => checkAlert(c.req.raw, c.get("call"), c.get("deps")));
  app.all("/webhook/check", () => notAllowed("POST"));
  app.post("/telegram", (c) => forwardTo("telegram-worker", c));
  app.all("/telegram", () => notAllowed("POST"));
  app.use("/ops/*", async (c, next) => {
    refuseStrangers(c.req.raw, c.get("deps").operatorIps);
    await next();
  });
  app.get("/ops/secrets", async (c) => {
    const answer = await forwardTo("ops-worker", c);
    return withOwnProofs(answer, { request: c.req.raw, env: c.env, requestId: c.get("call").requestId });
  });
  app.all("/ops/*", (c) => forwardTo("ops-worker", c));
  app.get("/health", async (c) => {
    const report = await reportHealth(c.get("deps"));
    return c.json(report, report.status === "ok" ? 200 : 503, { [REQUEST_ID_HEADER]: c.get("call").requestId });
  });
  app.all("/health", () => notAllowed("GET"));
  app.notFound((c) => {
    throw new HttpError(404, "not_found", `there is nothing at ${c.req.path}`, { hint: "alerts go to POST /webhook" });
  });
  app.onError((error, c) => answerError(error, c));
  return app;
}

function forwardTo(worker: "ops-worker" | "telegram-worker", c: Context<Gateway>): Promise<Response> {
  const { caller, neighbours } = c.get("deps");
  return forward(c.req.raw, { worker, binding: neighbours[worker] }, { caller, requestId: c.get("call").requestId });
}

function notAllowed(allow: string): never {
  throw new HttpError(405, "method_not_allowed", `this path takes ${allow}`, { headers: { allow } });
}

function answerError(thrown: Error, c: Context<Gateway>): Response {
  const error = toHttpError(thrown);
  const { requestId, background } = c.get("call");
  const deps: GatewayDeps | undefined = c.get("deps");
  if (deps !== undefined) {
    logError(error, requestId, deps);
    background(Promise.resolve());
  }
  return error.toResponse(requestId);
}

function logError(error: HttpError, requestId: string, { logs, refusals, clock }: GatewayDeps): void {
  const log = logs.log.for(requestId);
  if (WITHOUT_KEY.includes(error.status)) {
    const count = refusals.count(error.code, clock.now());
    if (count !== undefined)
      log("warn", "request.refused", error.message, { code: error.code, since_last_line: count });
  } else if (error.status === 500 || error.code === "bad_gateway") {
    log("error", "request.failed", `${error.message}: ${String(error.cause ?? "")}`, { code: error.code });
  }
}
