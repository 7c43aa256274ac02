import type { LetterGroup, VerdictCounts } from "#contracts/replay";
import { verdicts } from "#contracts/verdict";
import type { View } from "../base.ts";
import { verdictText } from "../letters/verdicts.ts";
import { causeText } from "./letters.ts";
import type { Paint } from "./paint.ts";
import { table } from "./table.ts";
import { when } from "./time.ts";

/** One cause per row, with what would come of replaying its letters. */
export function groupsTable(groups: readonly LetterGroup[], view: View): string {
  const { paint } = view;
  return table(
    [
      { title: paint.dim("letters"), value: (row) => paint.bold(String(row.count)), align: "right" },
      { title: paint.dim("cause"), value: (row) => paint.name(row.fingerprint) },
      { title: paint.dim("queue"), value: (row) => row.queue },
      { title: paint.dim("class"), value: (row) => paint.bad(row.class) },
      { title: paint.dim("first"), value: (row) => when(row.firstAt, view) },
      { title: paint.dim("last"), value: (row) => when(row.lastAt, view) },
      { title: paint.dim("reason"), value: causeText, below: "alone" },
      { title: paint.dim("verdicts"), value: (row) => countsText(row.verdicts, paint), below: "alone" },
      { title: paint.dim("example"), value: (row) => paint.dim(row.example), below: "alone" },
    ],
    groups,
    view.columns,
  );
}

/** `30 SAFE, 5 STALE`, in the order of the most to do. */
export function countsText(counts: VerdictCounts | undefined, paint: Paint): string {
  const parts = verdicts.flatMap((each) => {
    const count = counts?.[each];
    return count === undefined ? [] : [`${count} ${verdictText(each, paint)}`];
  });
  return parts.toReversed().join(", ");
}
