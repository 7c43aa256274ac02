import { Hono } from "hono";
import type * as z from "zod";
import type { health } from "#contracts/health";
import { telegramRoutes } from "#contracts/routes/telegram";
import { HttpError, toHttpError } from "#runtime/http-error";
import { INTERNAL_KEY_HEADER, keyMatches, requireInternalKey } from "#runtime/internal-auth";
import { REQUEST_ID_HEADER, requestIdOf } from "#runtime/request-id";
import type { Deps } from "./deps.ts";
import { answerSetup } from "./handlers/setup.ts";
import { onTelegramUpdate } from "./handlers/telegram-update.ts";

export type HttpDeps = Pick<Deps, "buffer" | "channel" | "updates" | "setup" | "http">;
export type App = Hono<{ Variables: { requestId: string } }>;

const SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token";

export function createApp(deps: HttpDeps): App {
  const app: App = new Hono();
  const { log } = deps.buffer;

  app.use(async (context, next) => {
    const requestId = requestIdOf(context.req.raw.headers);
    context.set("requestId", requestId);
    await next();
    context.header(REQUEST_ID_HEADER, requestId);
  });

  app.get("/health", async (context) => {
    const key = context.req.header(INTERNAL_KEY_HEADER) ?? "";
    return context.json(await healthOf(deps, { askTelegram: await keyMatches(key, deps.http.internalKey) }));
  });

  app.post("/telegram", async (context) => {
    const { requestId } = context.var;
    const request = context.req.raw;
    await requireInternalKey(request, deps.http.internalKey, "telegram-worker");
    if (!(await keyMatches(request.headers.get(SECRET_HEADER) ?? "", deps.http.webhookSecret))) {
      throw new HttpError(401, "telegram_secret_mismatch", `${SECRET_HEADER} does not match TELEGRAM_WEBHOOK_SECRET`, {
        hint: "register the webhook again with the secret in use",
      });
    }
    const body: unknown = await request.json().catch(() => undefined);
    const later = await onTelegramUpdate(body, { requestId, log: log.for(requestId) }, deps.updates);
    if (later) {
      const failed = (error: unknown): void => log.for(requestId)("warn", "telegram.reply_failed", String(error));
      context.executionCtx.waitUntil(later().catch(failed));
    }
    return context.json({ requestId, status: "ok" });
  });

  for (const name of Object.keys(telegramRoutes) as (keyof typeof telegramRoutes)[]) {
    const { method, path } = telegramRoutes[name];
    app.on(method, path, async (context) => {
      await requireInternalKey(context.req.raw, deps.http.internalKey, "telegram-worker");
      const body: unknown = method === "GET" ? undefined : await context.req.json().catch(() => undefined);
      return Response.json(await answerSetup(name, body, deps.setup));
    });
  }

  app.notFound((context) =>
    new HttpError(404, "not_found", "telegram-worker has no such route").toResponse(context.var.requestId),
  );

  app.onError((thrown, context) => {
    const { requestId } = context.var;
    const error = toHttpError(thrown);
    const ours = error.status >= 500;
    const fields = { code: error.code, status: error.status, path: context.req.path };
    log.for(requestId)(ours ? "error" : "warn", "request.refused", ours ? String(thrown) : error.message, fields);
    return error.toResponse(requestId);
  });
  return app;
}

/**
 * Anybody can make the gateway ask this without our key, so that answer comes from the configuration alone;
 * with the key Telegram is asked whether it knows the bot.
 */
async function healthOf(
  { channel, http, updates }: HttpDeps,
  options: { askTelegram: boolean },
): Promise<z.infer<typeof health>> {
  const report = (status: "ok" | "failing", detail: string): z.infer<typeof health> => {
    const dependencies = [{ name: "telegram", status, detail }];
    return { worker: "telegram-worker", status, version: http.version, dependencies };
  };
  if (channel.name === "telegram") {
    const chat = await updates.chats.default().catch(() => undefined);
    if (chat === undefined) return report("failing", "the configured chats cannot be read from KV");
    if (chat === "") return report("failing", "there is a bot, but no chat; run: npx hoox telegram setup");
  }
  if (!options.askTelegram) return report("ok", "configured");
  return channel.check().then(
    (detail) => report("ok", detail),
    (error: unknown) => report("failing", error instanceof Error ? error.message : String(error)),
  );
}
