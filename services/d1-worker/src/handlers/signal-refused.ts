import type { RecordOf, Rows } from "../rows.ts";

export function onSignalRefused({ requestId, data }: RecordOf<"signal.refused">): Rows {
  return {
    signals: [
      {
        request_id: requestId,
        created_at: data.refusedAt.toISOString(),
        rev: 0,
        strategy: data.strategy,
        account: data.account,
        venue: data.venue,
        symbol: data.symbol,
        action: data.action,
        outcome: "refused",
        code: data.code,
        reason: data.reason,
      },
    ],
  };
}
