import * as z from "zod";
import { parseSetting } from "#runtime/setting";

const days = (fallback: number) => z.int().min(1).max(3_650).default(fallback);

/** How many days a row stays in the database before it moves to the archive. */
export const retention = z
  .strictObject({
    /** Log lines. */
    logs: days(14),
    /** Depths of queues. */
    samples: days(14),
    /** Orders, fills and notifications of requests that have ended. */
    records: days(90),
    /** Dead letters that are resolved or discarded, counted from when they were parked. */
    letters: days(90),
    /** What `trace` finds archived requests by: who is gone from here is found by its hour alone. */
    signals: days(365),
  })
  .refine((of) => of.signals >= of.records, "signals must stay as long as records: they are found by them");
export type Retention = z.infer<typeof retention>;

/** Reads the variable RETENTION. Throws an Error that says what is wrong with it. */
export function parseRetention(text: string): Retention {
  return parseSetting("RETENTION", text, retention);
}
