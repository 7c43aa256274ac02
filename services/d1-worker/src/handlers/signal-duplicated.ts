import { partsOf } from "#contracts/ids";
import type { RecordOf, Rows } from "../rows.ts";

export function onSignalDuplicated({ requestId, data }: RecordOf<"signal.duplicated">): Rows {
  return {
    signals: [
      {
        request_id: requestId,
        created_at: data.droppedAt.toISOString(),
        rev: 0,
        strategy: data.strategy,
        ...partsOf(data.ledger),
        symbol: data.symbol,
        lane: `${data.ledger}:${data.symbol}`,
        action: data.action,
        outcome: "duplicate",
        reason: `a copy of ${data.firstRequestId}, which was accepted before; it was not traded again`,
        first_request_id: data.firstRequestId,
        channel: data.channel,
      },
    ],
  };
}
