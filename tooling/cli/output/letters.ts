import type { DeadLetterRow } from "#contracts/letter-view";
import type { View } from "../base.ts";
import type { Paint } from "./paint.ts";
import { table } from "./table.ts";
import { when } from "./time.ts";

export function lettersTable(letters: readonly DeadLetterRow[], view: View): string {
  const { paint } = view;
  return table(
    [
      { title: paint.dim("parked"), value: (row) => when(row.created_at, view) },
      { title: paint.dim("queue"), value: (row) => row.queue },
      { title: paint.dim("class"), value: (row) => paint.bad(row.class) },
      { title: paint.dim("tries"), value: (row) => String(row.attempts), align: "right" },
      { title: paint.dim("status"), value: (row) => letterStatusText(row.status, paint) },
      { title: paint.dim("cause"), value: (row) => paint.dim(row.fingerprint) },
      { title: paint.dim("id"), value: (row) => paint.name(row.id), below: "alone" },
      { title: paint.dim("reason"), value: causeText, below: "alone" },
    ],
    letters,
    view.columns,
  );
}

/** Red is what somebody has to look at. */
export function letterStatusText(status: DeadLetterRow["status"], paint: Paint): string {
  if (status === "open") return paint.bad(status);
  return status === "resolved" ? paint.good(status) : status === "replayed" ? paint.odd(status) : paint.dim(status);
}

/** Some reasons begin with their error. */
export function causeText({ error, reason }: { error: string; reason: string }): string {
  return reason.startsWith(error) ? reason : `${error}: ${reason}`;
}
