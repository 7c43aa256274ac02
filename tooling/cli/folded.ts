import type { Step } from "./steps.ts";

/** A step, and how often it was said again. */
export interface FoldedStep extends Step {
  again?: { times: number; last: string };
}

/** As many lines as looking after one order with its stop and targets may take. */
const BETWEEN = 8;

/**
 * An order that rests is asked about each minute for days. What a Worker says again in the same words is told once,
 * where it was said first, with how often and until when.
 */
export function folded(steps: readonly Step[]): FoldedStep[] {
  const rows: FoldedStep[] = [];
  for (const step of steps) {
    const same = rows.slice(-BETWEEN).find((row) => saysTheSame(row, step));
    if (same === undefined) rows.push({ ...step });
    else same.again = { times: (same.again?.times ?? 0) + 1, last: step.at };
  }
  return rows;
}

function saysTheSame(a: Step, b: Step): boolean {
  return (["worker", "severity", "event", "message", "source"] as const).every((field) => a[field] === b[field]);
}
