import { consumeEach } from "#queues/consumer";
import { whileHeld } from "#queues/hold";
import { answerProof, asksForProof } from "#runtime/answer-proof";
import { createIsolate, type Isolate } from "./deps.ts";
import { onSignalHinted } from "./handlers/signal-hinted.ts";
import { handleRequest } from "./http.ts";
import { noticing } from "./noticing-log.ts";

export { PaperVenue } from "./venues/paper/durable-object.ts";

const GATHER_LOGS_MS = 200;

let isolate: Isolate | undefined;

export default {
  async fetch(request, env, ctx) {
    if (asksForProof(request)) return answerProof(request, env);
    const { http, buffer } = (isolate ??= createIsolate(env));
    const flushSoon = () => buffer.flush({ afterMs: GATHER_LOGS_MS });
    const response = await handleRequest(request, http, (work) => ctx.waitUntil(work.then(flushSoon)));
    ctx.waitUntil(flushSoon());
    return response;
  },

  async queue(batch, env) {
    await whileHeld(batch.queue, env);
    const { consumer, buffer } = (isolate ??= createIsolate(env));
    const { log, used } = noticing(buffer.log);
    const { deps, options } = consumer(log);
    await consumeEach("trade-signals", batch, { "signal.hinted": onSignalHinted }, deps, options);
    if (used()) await buffer.flush();
  },
} satisfies ExportedHandler<object>;
