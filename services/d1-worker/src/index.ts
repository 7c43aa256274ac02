import type { DeliveryBatch } from "#queues/consumer";
import { answerProof, asksForProof } from "#runtime/answer-proof";
import { archiveOld } from "./archive/archive-old.ts";
import { depsOf } from "./deps.ts";
import { restoreLetters } from "./handlers/restore-letters.ts";
import { answerHttp } from "./handlers/http.ts";
import { consumeBatch } from "./handlers/queues.ts";
import { watchPulse } from "./handlers/watch-pulse.ts";

/** As in wrangler.jsonc; the other cron runs every five minutes. */
const HOURLY = "17 * * * *";

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
  async scheduled(event: { cron: string; scheduledTime: number }, env: object): Promise<void> {
    const deps = depsOf(env);
    if (event.cron === HOURLY) {
      await archiveOld(new Date(event.scheduledTime), deps).catch((error: unknown) =>
        deps.log("error", "archive.failed", `what is old could not all be archived: ${String(error)}`),
      );
      return deps.flushLogs();
    }
    await watchPulse(deps).catch((error: unknown) =>
      deps.log("error", "pulse.unwatched", `whether ops-worker's cron runs could not be seen: ${String(error)}`),
    );
    await restoreLetters(deps);
    await deps.flushLogs();
  },
};
