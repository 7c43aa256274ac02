import type { RecordOf, Rows } from "../rows.ts";

export function onSignalSettled({ requestId, data }: RecordOf<"signal.settled">): Rows {
  return {
    signals: [
      {
        request_id: requestId,
        created_at: data.acceptedAt.toISOString(),
        rev: data.rev,
        strategy: data.strategy,
        account: data.account,
        venue: data.venue,
        symbol: data.symbol,
        lane: data.lane,
        seq: data.seq,
        action: data.action,
        quantity: data.quantity,
        size: data.size,
        order_type: data.orderType,
        price: data.price,
        outcome: data.outcome,
        reason: data.reason,
        filled_quantity: data.filledQuantity,
        average_price: data.averagePrice,
        attempts: data.attempts,
        valid_until: data.validUntil.toISOString(),
        settled_at: data.settledAt.toISOString(),
        channel: data.channel,
      },
    ],
  };
}
