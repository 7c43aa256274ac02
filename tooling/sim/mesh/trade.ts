import { ledgerOf, type LedgerName } from "#contracts/ids";
import { consumeEach, type DeliveryBatch } from "#queues/consumer";
import type { Fetcher } from "#runtime/internal-auth";
import { createIsolate, type Isolate as TradeState } from "../../../services/trade-worker/src/deps.ts";
import { onSignalHinted } from "../../../services/trade-worker/src/handlers/signal-hinted.ts";
import { handleRequest } from "../../../services/trade-worker/src/http.ts";
import { noticing } from "../../../services/trade-worker/src/noticing-log.ts";
import type { Venue } from "../../../services/trade-worker/src/venues/venue.ts";
import type { Defect } from "../operators.ts";
import { Isolate } from "../process.ts";
import { skewOf } from "../skew.ts";
import type { World } from "../world.ts";
import { defective } from "./defective.ts";
import type { SimVenue } from "./venue.ts";
import { serviceTo } from "./service.ts";

const GATHER_LOGS_MS = 200;

/** services/trade-worker/src/index.ts without the classes of Durable Objects. */
export function startTradeWorker(
  world: World,
  of: { bindings: object; venue: (ledger: string) => SimVenue; defects: readonly Defect[] },
): { isolate: Isolate<TradeState>; service: Fetcher; queue: (batch: DeliveryBatch) => Promise<void> } {
  const env: object & { SELF?: Fetcher } = { ...of.bindings };
  const skewMs = skewOf(world, "trade-worker");
  const isolate = new Isolate({
    name: "trade-worker",
    skewMs,
    build: () => {
      const state = createIsolate(env);
      const { venue } = state.http;
      // The paper venue shares its clock with whoever runs it and says 0; these venues are far away, as live ones.
      const clockOffsetMs = async (ledger: LedgerName): Promise<number> => of.venue(ledger).clockOffsetMs({ skewMs });
      const far = (signal: Parameters<typeof venue>[0]): Venue => ({
        ...venue(signal),
        clockOffsetMs: () => clockOffsetMs(ledgerOf(signal)),
      });
      return { ...state, http: { ...state.http, venue: far } };
    },
  });
  // The fix is another version.
  const version = (): string => (of.defects.some(({ to }) => to <= world.elapsed) ? "fixed" : "sim");
  const service = serviceTo(world, isolate, async (request, background) => {
    const { buffer } = isolate.state;
    const http = defective(world, { ...isolate.state.http, version: version() }, of.defects);
    const flushSoon = (): Promise<void> => buffer.flush({ afterMs: GATHER_LOGS_MS });
    const response = await handleRequest(request, http, (work) => background(work.then(flushSoon)));
    background(flushSoon());
    return response;
  });
  env.SELF = service;
  return {
    isolate,
    service,
    async queue(batch) {
      const { consumer, buffer } = isolate.state;
      const { log, used } = noticing(buffer.log);
      const { deps, options } = consumer(log);
      await consumeEach(
        "trade-signals",
        batch,
        { "signal.hinted": onSignalHinted },
        { ...deps, version: version() },
        { ...options, workerVersion: version() },
      );
      if (used()) await buffer.flush();
    },
  };
}
