import { createApp } from "./app.ts";
import { mintRequestId } from "#runtime/request-id";
import { createDeps, type GatewayDeps } from "./deps.ts";
import { receiveEmail } from "./email/receive-email.ts";

let deps: GatewayDeps | undefined;
let app: ReturnType<typeof createApp> | undefined;

export default {
  fetch(request, env, context) {
    app ??= createApp(() => (deps ??= createDeps(env)));
    return app.fetch(request, env, context);
  },
  async email(message, env, context) {
    deps ??= createDeps(env);
    const { logs } = deps;
    const call = { requestId: mintRequestId(), background: (work: Promise<unknown>) => context.waitUntil(work) };
    await receiveEmail(message, call, deps).finally(() => context.waitUntil(logs.flush()));
  },
} satisfies ExportedHandler<object>;
