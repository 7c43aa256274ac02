import type { RecordOf, RowOf } from "../rows.ts";

/** A position as a record left it; `requestId`: of what moved it. */
export function positionRow(
  position: RecordOf<"position.reconciled">["data"]["position"],
  { account, venue, at, requestId }: { account: string; venue: string; at: Date; requestId: string },
): RowOf<"positions"> {
  return {
    account,
    venue,
    symbol: position.symbol,
    created_at: at.toISOString(),
    updated_at: at.toISOString(),
    rev: position.rev,
    quantity: position.quantity,
    average_price: position.averagePrice,
    realised_profit: position.realisedProfit,
    fees: position.fees,
    last_request_id: requestId,
  };
}
