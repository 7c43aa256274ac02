import type { AccountLedgerRpc } from "#contracts/ledger";
import type { PaperVenueRpc } from "../../services/trade-worker/src/venues/paper/rpc.ts";
import type { AnyQueueName } from "./mesh/queues.ts";
import type { Consume } from "./queue.ts";

/** Bugs planted on purpose, to see whether the simulation finds them. */
export interface Plants {
  /** Between the ledger and everybody who calls it. */
  readonly ledger?: (rpc: AccountLedgerRpc) => AccountLedgerRpc;
  /** Between trade-worker and the venue. */
  readonly venue?: (rpc: PaperVenueRpc) => PaperVenueRpc;
  /** When the venue believes an order was signed; the order travels with the real time. */
  readonly signedAt?: (signedAt: Date, now: Date) => Date;
  /** Around a consumer. */
  readonly consume?: (queue: AnyQueueName, consume: Consume) => Consume;
  /** What the database is asked. */
  readonly sql?: (text: string) => string;
}
