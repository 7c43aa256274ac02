import * as z from "zod";
import { letterEvent, type LetterEvent } from "#contracts/letter-view";
import type { DatabaseRow } from "./database.ts";

/** As parkings were written before a history told of anything else. */
const bareParking = z.looseObject({ parkedAt: z.string() });

/** The history of a row of `dead_letters`, the oldest entry first. */
export function readHistory(row: DatabaseRow): LetterEvent[] {
  const entries = z.array(z.unknown()).parse(JSON.parse(String(row["history"])));
  return entries.map((entry) => {
    const bare = bareParking.safeParse(entry);
    return letterEvent.parse(bare.success ? { ...bare.data, what: "parked", at: bare.data.parkedAt } : entry);
  });
}
