import * as z from "zod";
import { firstProblem } from "#contracts/codec";

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
  let json: unknown;
  try {
    json = JSON.parse(text.trim() === "" ? "{}" : text);
  } catch {
    throw new Error("RETENTION is not JSON");
  }
  const parsed = retention.safeParse(json);
  if (!parsed.success) throw new Error(`RETENTION: ${firstProblem(parsed.error)}`);
  return parsed.data;
}
