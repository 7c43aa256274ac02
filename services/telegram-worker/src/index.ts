import { consumeAll, type DeliveryBatch } from "#queues/consumer";
import { whileHeld } from "#queues/hold";
import { answerProof, asksForProof } from "#runtime/answer-proof";
import { createDeps, type Deps } from "./deps.ts";
import { onNotifications } from "./handlers/notification-requested.ts";
import { createApp, type App } from "./http.ts";

// One per isolate: the log buffer and the memory of what was sent outlive an invocation.
let current: { deps: Deps; app: App } | undefined;

function once(env: object): { deps: Deps; app: App } {
  if (!current) {
    const deps = createDeps(env);
    current = { deps, app: createApp(deps) };
  }
  return current;
}

export default {
  async fetch(request: Request, env: object, ctx: ExecutionContext): Promise<Response> {
    if (asksForProof(request)) return answerProof(request, env);
    const { app, deps } = once(env);
    const response = await app.fetch(request, env, ctx);
    ctx.waitUntil(deps.buffer.flush({ afterMs: 200 }));
    return response;
  },

  async queue(batch: DeliveryBatch, env: object): Promise<void> {
    await whileHeld(batch.queue, env);
    const { deps } = once(env);
    await consumeAll("notifications", batch, onNotifications, deps.notifications, deps.consumer);
    await deps.buffer.flush();
  },
};
