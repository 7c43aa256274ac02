import type { LogBuffer } from "#runtime/log";
import { createDeps, type OpsDeps } from "./deps.ts";
import { onMinute } from "./handlers/monitor.ts";
import { createApp, type App } from "./http.ts";

// One per isolate: the log buffer outlives an invocation.
let current: { ops: OpsDeps; buffer: LogBuffer; app: App } | undefined;

function once(env: object): { ops: OpsDeps; buffer: LogBuffer; app: App } {
  if (!current) {
    const deps = createDeps(env);
    current = { ...deps, app: createApp(deps.ops) };
  }
  return current;
}

export default {
  async fetch(request: Request, env: object, ctx: ExecutionContext): Promise<Response> {
    const { app, buffer } = once(env);
    const response = await app.fetch(request, env, ctx);
    ctx.waitUntil(buffer.flush({ afterMs: 200 }));
    return response;
  },

  async scheduled(_event: unknown, env: object): Promise<void> {
    const { ops, buffer } = once(env);
    await onMinute(ops);
    await buffer.flush();
  },
};
