import type { RecordOf, Rows } from "../rows.ts";
import { positionRow } from "./position-row.ts";

export function onOrderUpdated({ requestId, data }: RecordOf<"order.updated">): Rows {
  const { account, venue, symbol, side } = data;
  const updatedAt = data.updatedAt.toISOString();
  return {
    orders: [
      {
        client_order_id: data.clientOrderId,
        request_id: requestId,
        created_at: data.sentAt.toISOString(),
        updated_at: updatedAt,
        rev: data.rev,
        leg: data.leg,
        role: data.role,
        venue_order_id: data.venueOrderId,
        account,
        venue,
        symbol,
        side,
        type: data.type,
        quantity: data.quantity,
        price: data.price,
        status: data.status,
        filled_quantity: data.filledQuantity,
        average_price: data.averagePrice,
        fee: data.fee,
        reason: data.reason,
      },
    ],
    fills: data.fills.map((fill) => ({
      id: fill.id,
      request_id: requestId,
      created_at: fill.filledAt.toISOString(),
      client_order_id: data.clientOrderId,
      account,
      venue,
      symbol,
      side,
      quantity: fill.quantity,
      price: fill.price,
      fee: fill.fee,
    })),
    positions: data.position ? [positionRow(data.position, { account, venue, at: data.updatedAt, requestId })] : [],
  };
}
