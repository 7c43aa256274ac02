import { Hono } from "hono";
import type * as z from "zod";
import type { health } from "#contracts/health";
import { emailRoutes } from "#contracts/routes/emails";
import { opsRoutes } from "#contracts/routes/ops";
import type { Route } from "#contracts/routes/route";
import { hideSecrets, redact } from "#queues/redact";
import { HttpError, toHttpError } from "#runtime/http-error";
import { requireInternalKey } from "#runtime/internal-auth";
import { REQUEST_ID_HEADER, requestIdOf } from "#runtime/request-id";
import { requireOperator, SOURCE_IP_HEADER } from "./auth.ts";
import { checked, type Call } from "./call.ts";
import type { OpsDeps } from "./deps.ts";
import { handlers } from "./handlers/index.ts";

type OpsRoutes = typeof opsRoutes;

export type App = Hono<{ Variables: { requestId: string } }>;

/** What operators see is theirs alone, and never a page. */
const PRIVATE = {
  "Cache-Control": "no-store",
  "X-Content-Type-Options": "nosniff",
  "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
  "Referrer-Policy": "no-referrer",
} as const;

/** The one time that a key is shown. Their answers carry nothing else that came from outside. */
const ANSWER_A_NEW_KEY: readonly (keyof OpsRoutes)[] = ["addStrategy", "rotateStrategy"];

export function createApp(deps: OpsDeps): App {
  const app: App = new Hono();

  app.use(async (context, next) => {
    const requestId = requestIdOf(context.req.raw.headers);
    context.set("requestId", requestId);
    await next();
    context.header(REQUEST_ID_HEADER, requestId);
    for (const [name, value] of Object.entries(PRIVATE)) context.header(name, value);
  });

  // Anybody can make the gateway ask this, so it asks nobody else; operators have /ops/health.
  app.get("/health", (context) => {
    const { version } = deps;
    const report: z.infer<typeof health> = { worker: "ops-worker", status: "ok", version, dependencies: [] };
    return context.json(report);
  });
  app.post(emailRoutes.read.path, async (context) => {
    await requireInternalKey(context.req.raw, deps.caller.internalKey, deps.caller.self);
    const { raw } = checked("body", emailRoutes.read.body, await context.req.json().catch(() => undefined));
    const { readEmail } = await import("./handlers/read-email.ts");
    return context.json(await readEmail(Uint8Array.from(atob(raw), (char) => char.charCodeAt(0))));
  });
  app.use("/ops/*", async (context, next) => {
    await requireOperator(context.req.raw, deps);
    await next();
  });
  for (const name of Object.keys(opsRoutes) as (keyof OpsRoutes)[]) register(app, name, deps);

  app.notFound((context) => {
    const message = `no route ${context.req.method} ${context.req.path}`;
    return new HttpError(404, "not_found", message).toResponse(context.var.requestId);
  });

  app.onError((thrown, context) => {
    const { requestId } = context.var;
    const error = toHttpError(thrown);
    const ours = error.status >= 500;
    // Answers that are a plain no are the caller's business, and past the rate limit one line each is too many.
    if (ours || error.status === 401) {
      const message = error.status === 500 ? String(thrown) : error.message;
      deps.log.for(requestId)(ours ? "error" : "warn", "ops.refused", message, {
        code: error.code,
        status: error.status,
        route: `${context.req.method} ${context.req.path}`,
        sourceIp: context.req.header(SOURCE_IP_HEADER),
      });
    }
    return error.toResponse(requestId);
  });
  return app;
}

function register<Name extends keyof OpsRoutes>(app: App, name: Name, deps: OpsDeps): void {
  const route: Route = opsRoutes[name];
  // The row's own schemas make the call's parts, so the call fits the handler of the same name.
  const handler = handlers[name] as (call: Call, deps: OpsDeps) => Promise<unknown>;
  app.on(route.method, route.path, async (context) => {
    const { requestId } = context.var;
    const params: Record<string, string> = context.req.param();
    const query = checked("query", route.query, context.req.query());
    const given: unknown = route.method === "GET" ? undefined : await context.req.json().catch(() => undefined);
    const body = withSafeReason(checked("body", route.body, given));
    // Reads are not logged: whoever follows the log by long poll would follow himself.
    const reply = JSON.stringify(await handler({ requestId, params, query, body }, deps));
    const shown = ANSWER_A_NEW_KEY.includes(name) ? reply : hideSecrets(reply);
    return new Response(shown, { headers: { "Content-Type": "application/json" } });
  });
}

/** A reason is kept for ever and told to the chat: who pastes a command may paste a key with it. */
function withSafeReason(body: unknown): unknown {
  if (typeof body !== "object" || body === null || !("reason" in body) || typeof body.reason !== "string") return body;
  return { ...body, reason: redact(body.reason) };
}
