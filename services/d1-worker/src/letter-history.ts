import * as z from "zod";
import { letterEvent, type LetterEvent } from "#contracts/letter-view";
import type { DatabaseRow } from "./database.ts";

const MAX_ENTRIES = 50;

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

/** SQL: the history with one more entry, of which the oldest ones fall off. `entry` is SQL that gives JSON text. */
export function historyWith(entry: string): string {
  return `json_insert(
    CASE WHEN json_array_length(dead_letters.history) >= ${MAX_ENTRIES}
      THEN json_remove(dead_letters.history, '$[0]') ELSE dead_letters.history END,
    '$[#]', json(${entry}))`;
}

/** As text for a parameter. */
export function entryText(entry: LetterEvent): string {
  return JSON.stringify(entry);
}
