import { decode } from "#contracts/codec";
import type { AccountLedgerRpc } from "#contracts/ledger";
import { signalHinted } from "#contracts/signal";
import type { DeliveryBatch } from "#queues/consumer";

export { PaperVenue } from "../../../services/trade-worker/src/venues/paper/durable-object.ts";

interface Env {
  ACCOUNT_LEDGER: { getByName(name: string): AccountLedgerRpc };
}

const VERSION = "poisoned";

/** A trade-worker with a bug of its own: every attempt fails before anything is sent. */
export default {
  async queue(batch: DeliveryBatch, env: Env): Promise<void> {
    await Promise.all(
      batch.messages.map(async (delivery) => {
        const { requestId, generation, data } = decode([signalHinted], delivery.body);
        const ledger = env.ACCOUNT_LEDGER.getByName(data.ledger);
        const claim = await ledger.claim({
          v: 1,
          requestId,
          generation,
          purpose: data.purpose,
          workerVersion: VERSION,
        });
        if (claim.status === "go") {
          const error = { error: "TypeError", reason: `tick of ${claim.signal.symbol} is undefined` };
          await ledger.fail({ v: 1, requestId, lease: claim.lease, evidence: [], ...error });
        }
        delivery.ack();
      }),
    );
  },

  fetch: () => Response.json({ worker: "trade-worker", status: "ok", version: VERSION, dependencies: [] }),
};
