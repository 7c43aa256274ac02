import type { Forcible } from "#contracts/dead-letter";
import { verdicts, type Verdict } from "#contracts/verdict";
import type { PlannedLetter, ReplayPlan, VerdictCounts } from "#contracts/replay";
import type { View } from "../base.ts";
import { verdictText, verdictWords } from "../letters/verdicts.ts";
import { table } from "./table.ts";
import { when } from "./time.ts";

/** One letter per row: its verdict, and why. */
export function plannedTable(letters: readonly PlannedLetter[], view: View): string {
  const { paint } = view;
  return table(
    [
      { title: paint.dim("verdict"), value: (row) => verdictText(row.verdict, paint) },
      { title: paint.dim("queue"), value: (row) => row.queue },
      { title: paint.dim("parked"), value: (row) => when(row.parkedAt, view) },
      { title: paint.dim("lives"), value: (row) => String(row.generation + 1), align: "right" },
      { title: paint.dim("lane"), value: (row) => row.lane ?? "-" },
      { title: paint.dim("id"), value: (row) => row.id, below: "alone" },
      { title: paint.dim("reason"), value: (row) => row.reason, below: "alone" },
      { title: paint.dim("what to do"), value: (row) => row.hint ?? "", below: "alone" },
    ],
    letters,
    view.columns,
  );
}

/** How many letters have which verdict, and what a replay would do with them. */
export function summaryTable(summary: VerdictCounts, force: readonly Forcible[], view: View): string {
  const { paint } = view;
  const rows = verdicts.toReversed().flatMap((verdict) => {
    const count = summary[verdict];
    return count === undefined ? [] : [{ verdict, count }];
  });
  return table(
    [
      { title: paint.dim("verdict"), value: (row) => verdictText(row.verdict, paint) },
      { title: paint.dim("letters"), value: (row) => paint.bold(String(row.count)), align: "right" },
      { title: paint.dim("meaning"), value: (row) => verdictWords[row.verdict].means },
      { title: paint.dim("what to do"), value: (row) => todoText(row.verdict, force), below: "alone" },
    ],
    rows,
    view.columns,
  );
}

function todoText(verdict: Verdict, force: readonly Verdict[]): string {
  return force.includes(verdict) ? "replay executes it, for you force it" : verdictWords[verdict].todo;
}

/** Letters that a replay would execute. */
export function executable(plan: Pick<ReplayPlan, "summary">, force: readonly Forcible[]): number {
  return (["SAFE", ...force] as const).reduce((sum, verdict) => sum + (plan.summary[verdict] ?? 0), 0);
}
