import type { Mesh } from "../mesh.ts";
import { bookOf } from "../venue.ts";
import type { Mixed } from "./mixed-letters.ts";

/** What is left when replays are over; equal for equal letters, whatever ids their signals got. */
export interface EndState {
  /** Status of each letter: of signals by symbol, of all others by id. */
  letters: Record<string, string>;
  /** Symbols of the orders that the replays made. */
  orders: string[];
  samples: string[];
  told: string[];
}

const SAMPLES = "SELECT DISTINCT queue AS name FROM queue_samples WHERE queue LIKE 'sample-%' ORDER BY queue";
const TOLD =
  "SELECT title AS name FROM notifications WHERE title LIKE 'Told late %' AND status = 'sent' ORDER BY title";

/** `booked`: how many orders there were before. */
export async function endStateOf(mesh: Mesh, mixed: Mixed, booked: number): Promise<EndState> {
  const letters = await allRows(mesh, "SELECT id, request_id, status FROM dead_letters ORDER BY id");
  const names = async (sql: string): Promise<string[]> => (await allRows(mesh, sql)).map((row) => String(row["name"]));
  return {
    letters: Object.fromEntries(
      letters.map((row) => [mixed.symbolOf(String(row["request_id"])) ?? row["id"], String(row["status"])]),
    ),
    orders: (await bookOf(mesh))
      .slice(booked)
      .map(({ symbol }) => symbol)
      .toSorted(),
    samples: await names(SAMPLES),
    told: await names(TOLD),
  };
}

/** Exactly the safe ones are executed, each once; `verdicts` are those of the open letters, by symbol or id. */
export function expectedEnd(mixed: Mixed, verdicts: ReadonlyMap<string, string>): EndState {
  const open = [...verdicts].map(([name, verdict]) => [name, verdict === "SAFE" ? "resolved" : "open"]);
  const safe = [...verdicts].filter(([, verdict]) => verdict === "SAFE").map(([name]) => name);
  return {
    letters: Object.fromEntries([...open, ...mixed.effective.map((id) => [id, "resolved"])]),
    orders: safe.filter((name) => name.endsWith("USDT")).toSorted(),
    samples: mixed.samples.toSorted(),
    told: mixed.told.toSorted(),
  };
}

/** A query answers 1,000 rows at most. */
async function allRows(mesh: Mesh, sql: string): Promise<Record<string, string | number | null>[]> {
  const rows = [];
  for (;;) {
    const page = await mesh.rows(`${sql} LIMIT 1000 OFFSET ${rows.length}`);
    rows.push(...page);
    if (page.length < 1_000) return rows;
  }
}
