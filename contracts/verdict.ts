/**
 * What a replay of a letter would come to, in the order in which it is looked for; the first that holds is the verdict.
 * MALFORMED: no contract accepts the body now. DUPLICATE: the effect already happened. UNCERTAIN: a leg reached `sending`
 * and is not proven unexecuted. NEEDS_FIX: a deterministic failure, and the version that failed still runs.
 * SUPERSEDED: a newer signal of the lane has settled. STALE: its validity has passed.
 */
export const verdicts = ["MALFORMED", "DUPLICATE", "UNCERTAIN", "NEEDS_FIX", "SUPERSEDED", "STALE", "SAFE"] as const;
export type Verdict = (typeof verdicts)[number];
