import { consumeEach, type DeliveryBatch } from "#queues/consumer";
import type { Fetcher } from "#runtime/internal-auth";
import { createIsolate, type Isolate as TradeState } from "../../../services/trade-worker/src/deps.ts";
import { onSignalHinted } from "../../../services/trade-worker/src/handlers/signal-hinted.ts";
import { handleRequest } from "../../../services/trade-worker/src/http.ts";
import { noticing } from "../../../services/trade-worker/src/noticing-log.ts";
import type { Defect } from "../operators.ts";
import { Isolate } from "../process.ts";
import { skewOf } from "../skew.ts";
import type { World } from "../world.ts";
import { defective } from "./defective.ts";
import { serviceTo } from "./service.ts";

const GATHER_LOGS_MS = 200;

/** services/trade-worker/src/index.ts without the classes of Durable Objects. */
export function startTradeWorker(
  world: World,
  bindings: object,
  defects: readonly Defect[],
): { isolate: Isolate<TradeState>; queue: (batch: DeliveryBatch) => Promise<void> } {
  const env: object & { SELF?: Fetcher } = { ...bindings };
  const isolate = new Isolate({
    name: "trade-worker",
    skewMs: skewOf(world, "trade-worker"),
    build: () => createIsolate(env),
  });
  env.SELF = serviceTo(world, isolate, async (request, background) => {
    const { buffer } = isolate.state;
    const http = defective(world, isolate.state.http, defects);
    const flushSoon = (): Promise<void> => buffer.flush({ afterMs: GATHER_LOGS_MS });
    const response = await handleRequest(request, http, (work) => background(work.then(flushSoon)));
    background(flushSoon());
    return response;
  });
  return {
    isolate,
    async queue(batch) {
      const { consumer, buffer } = isolate.state;
      const { log, used } = noticing(buffer.log);
      const { deps, options } = consumer(log);
      await consumeEach("trade-signals", batch, { "signal.hinted": onSignalHinted }, deps, options);
      if (used()) await buffer.flush();
    },
  };
}
