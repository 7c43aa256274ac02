import type { Account } from "../../cloudflare/index.ts";
import { onlyLooks, type Step } from "../../deploy/step.ts";
import { wordsOf } from "../../deploy/steps/index.ts";
import type { Column } from "./table.ts";

export const NOTHING_TO_DO = "nothing to do: the account is as the sources want it to be";

interface Row {
  position: number;
  what: string;
  why: string;
}

/** What `deploy … --dry-run --json` answers, but for its result. */
export function planDocument(account: Account, steps: readonly Step[]) {
  return { account: account.name, steps: steps.map((step) => ({ kind: step.kind, ...wordsOf(step) })) };
}

export function planText(
  steps: readonly Step[],
  table: (columns: readonly Column<Row>[], rows: readonly Row[]) => string,
): string {
  if (steps.every(onlyLooks)) return NOTHING_TO_DO;
  const rows = steps.map((step, index) => ({ position: index + 1, ...wordsOf(step) }));
  return table(
    [
      { title: "", value: ({ position }) => String(position), align: "right" },
      { title: "step", value: ({ what }) => what },
      { title: "why", value: ({ why }) => why, shrinkTo: 30, below: true },
    ],
    rows,
  );
}
