import { createApp } from "./app.ts";
import { createDeps, type GatewayDeps } from "./deps.ts";

let deps: GatewayDeps | undefined;
let app: ReturnType<typeof createApp> | undefined;

export default {
  fetch(request, env, context) {
    app ??= createApp(() => (deps ??= createDeps(env)));
    return app.fetch(request, env, context);
  },
} satisfies ExportedHandler<object>;
