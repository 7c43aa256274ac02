import type { DeliveryBatch } from "#queues/consumer";
import { answerProof, asksForProof } from "#runtime/answer-proof";
import { depsOf } from "./deps.ts";
import { restoreLetters } from "./handlers/restore-letters.ts";
import { answerHttp } from "./handlers/http.ts";
import { consumeBatch } from "./handlers/queues.ts";
import { watchPulse } from "./handlers/watch-pulse.ts";

export default {
  async fetch(request: Request, env: object, ctx: ExecutionContext): Promise<Response> {
    if (asksForProof(request)) return answerProof(request, env);
    const deps = depsOf(env);
    const response = await answerHttp(request, deps);
    ctx.waitUntil(deps.flushLogs({ afterMs: 200 }));
    return response;
  },
  async queue(batch: DeliveryBatch, env: object): Promise<void> {
    await consumeBatch(batch, depsOf(env));
  },
  async scheduled(_: unknown, env: object): Promise<void> {
    const deps = depsOf(env);
    await watchPulse(deps).catch((error: unknown) =>
      deps.log("error", "pulse.unwatched", `whether ops-worker's cron runs could not be seen: ${String(error)}`),
    );
    await restoreLetters(deps);
    await deps.flushLogs();
  },
};
