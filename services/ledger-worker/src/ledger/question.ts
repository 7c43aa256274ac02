import { LEFT_TO_A_PERSON } from "./exposure.ts";
import { storedHalt } from "./halt.ts";
import { isMain, isWorking, type LegRow, type SignalRow } from "./rows.ts";
import type { Tx } from "./tx.ts";

/** Which order the word of an operator is about: one in doubt, a position that nothing closes, or one that rests. */
export function legInQuestion(tx: Tx, row: SignalRow): LegRow | undefined {
  const legs = tx.legs(row.request_id);
  const doubtful = legs.filter((leg) => leg.status === "in_doubt");
  if (doubtful.length > 0) return doubtful.find(isMain) ?? doubtful[0];
  if (storedHalt(tx)?.includes(row.request_id)) return undefined;
  const close = legs.findLast((leg) => leg.role === "emergency");
  if (close && (close.status === "planned" || row.emergency === LEFT_TO_A_PERSON)) return close;
  // Protective orders that rest as they should are nobody's question.
  return legs.find((leg) => isWorking(leg) && (isMain(leg) || leg.absent_at !== null));
}
