import { consumeEach, type DeliveryBatch } from "#queues/consumer";
import { whileHeld } from "#queues/hold";
import type { LogBuffer } from "#runtime/log";
import { consumerOf } from "./consumer.ts";
import { createDeps, type OpsDeps } from "./deps.ts";
import { onCommand } from "./handlers/command-requested.ts";
import { createApp, type App } from "./http.ts";
import { everyMinute } from "./minute.ts";

export { ReplayJobs } from "./replays/replay-jobs.ts";
export { QueueWatch } from "./watch/queue-watch.ts";

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

  async queue(batch: DeliveryBatch, env: object): Promise<void> {
    await whileHeld(batch.queue, env);
    const { ops, buffer } = once(env);
    await consumeEach("commands", batch, { "command.requested": onCommand }, ops, consumerOf(ops));
    await buffer.flush();
  },

  async scheduled(event: { scheduledTime: number }, env: object): Promise<void> {
    const { ops, buffer } = once(env);
    await everyMinute(new Date(event.scheduledTime), ops);
    await buffer.flush();
  },
};
