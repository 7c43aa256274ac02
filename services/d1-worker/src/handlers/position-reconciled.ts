import type { RecordOf, Rows } from "../rows.ts";
import { positionRow } from "./position-row.ts";

export function onPositionReconciled({ requestId, data }: RecordOf<"position.reconciled">): Rows {
  const { position, account, venue, at } = data;
  return { positions: [positionRow(position, { account, venue, at, requestId })] };
}
