import * as z from "zod";

/**
 * How a signal ended. Ordered from best to worst: a signal with several legs ends with the worst
 * of theirs.
 */
export const outcomes = [
  "filled",
  "working",
  "superseded",
  "expired",
  "halted",
  "refused",
  "rejected",
  "failed",
] as const;
export const outcome = z.enum(outcomes);
export type Outcome = z.infer<typeof outcome>;

export function worst(all: readonly Outcome[]): Outcome | undefined {
  return outcomes.findLast((each) => all.includes(each));
}
