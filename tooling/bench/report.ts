import { verdictOf, type Figure, type Verdict } from "./measure.ts";

/** What one measure came to; `error` when it could not measure. */
export interface Result {
  readonly measure: string;
  readonly what: string;
  readonly seconds: number;
  readonly figures: readonly Figure[];
  readonly error?: string;
}

/** Where and under what load the figures were taken: without it they mean little. */
export interface Surroundings {
  readonly at: string;
  readonly quick: boolean;
  readonly node: string;
  readonly cpus: number;
  readonly cpu: string;
  readonly loadBefore: number;
  readonly loadAfter: number;
}

/** `missed`: a measured bar was missed. `failed`: a measure could not measure. */
export function overall(results: readonly Result[]): "met" | "missed" | "failed" {
  const verdicts = results.flatMap((result) => result.figures.map(verdictOf));
  if (verdicts.includes("missed")) return "missed";
  return results.some((result) => result.error !== undefined) ? "failed" : "met";
}

export function asJson(results: readonly Result[], surroundings: Surroundings): string {
  const judged = results.map(({ figures, ...rest }) => ({
    ...rest,
    figures: figures.map((figure) => ({ ...figure, verdict: verdictOf(figure) })),
  }));
  return JSON.stringify({ verdict: overall(results), surroundings, results: judged }, undefined, 2);
}

const HEADER = ["measure", "figure", "value", "bar", "", "samples"] as const;
const RIGHT = [2, 5];
const WORDS: Record<Verdict, string> = { met: "met", missed: "MISSED", printed: "" };

/** The table, then the notes that its figures point to. */
export function asTable(results: readonly Result[], surroundings: Surroundings): string {
  const notes: string[] = [];
  const rows = results.flatMap((result) => {
    if (result.error !== undefined) return [[result.measure, `failed: ${result.error}`, "", "", "", ""]];
    return result.figures.map((figure, index) => [
      index === 0 ? result.measure : "",
      figure.name + referenceTo(figure.note, notes),
      `${rounded(figure.value)} ${figure.unit}`.trim(),
      barText(figure),
      WORDS[verdictOf(figure)],
      String(figure.samples),
    ]);
  });
  const { cpus, cpu, node, loadBefore, loadAfter, at } = surroundings;
  const where = `${at}, Node ${node}, ${cpus} × ${cpu}, load ${rounded(loadBefore)} before, ${rounded(loadAfter)} after`;
  return [
    ...aligned([[...HEADER], ...rows]),
    "",
    ...notes.map((note, index) => `[${index + 1}] ${note}`),
    where,
    ...(surroundings.quick ? ["taken with --quick: too few samples to quote"] : []),
  ].join("\n");
}

function referenceTo(note: string | undefined, notes: string[]): string {
  if (note === undefined) return "";
  if (!notes.includes(note)) notes.push(note);
  return ` [${notes.indexOf(note) + 1}]`;
}

function barText({ bar, unit }: Figure): string {
  if (bar === undefined) return "";
  const aim = bar.aim === undefined ? "" : ` (aim ${rounded(bar.aim)})`;
  return `${bar.better === "lower" ? "≤" : "≥"} ${rounded(bar.limit)} ${unit}${aim}`.trim();
}

function aligned(rows: readonly string[][]): string[] {
  const widths = HEADER.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  return rows.map((row) =>
    row
      .map((cell, column) =>
        RIGHT.includes(column) ? cell.padStart(widths[column] ?? 0) : cell.padEnd(widths[column] ?? 0),
      )
      .join("  ")
      .trimEnd(),
  );
}

/** Three digits that mean something. */
export function rounded(value: number): string {
  if (!Number.isFinite(value)) return String(value);
  const digits = Math.abs(value) >= 100 ? 0 : Math.abs(value) >= 10 ? 1 : 2;
  return value.toLocaleString("en-GB", { minimumFractionDigits: 0, maximumFractionDigits: digits });
}
