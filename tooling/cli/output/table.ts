import { stripVTControlCharacters } from "node:util";
import { wrap } from "./wrap.ts";

export interface Column<Row> {
  title: string;
  value: (row: Row) => string;
  align?: "right";
  /** The text may be cut to this width to make the table fit; without it, never. */
  shrinkTo?: number;
  /** On a narrow terminal it moves to a line under its row, together with the others that may, or to lines of its own. */
  below?: true | "alone";
}

const GAP = "  ";

/**
 * Aligned columns under their titles. A table wider than the terminal first gives up width where its columns
 * allow it, then moves what may stand below; if that is not enough, every row becomes a block of `title: value`
 * lines, so that ids stay whole.
 */
export function table<Row>(columns: readonly Column<Row>[], rows: readonly Row[], width = Infinity): string {
  const cells = rows.map((row) => columns.map((column) => oneLine(column.value(row))));
  const lines = grid(columns, cells, width) ?? underEachOther(columns, cells, width);
  return lines?.join("\n") ?? blocks(columns, cells, width);
}

type Cells = readonly (readonly string[])[];

/** The titles and one line per row, or undefined when they do not fit. */
function grid<Row>(columns: readonly Column<Row>[], cells: Cells, width: number): string[] | undefined {
  const natural = columns.map((column, index) =>
    Math.max(visible(column.title), ...cells.map((row) => visible(row[index] ?? ""))),
  );
  const widths = fit(natural, columns, width);
  if (widths === undefined) return undefined;
  const line = (texts: readonly string[]): string =>
    texts
      .map((text, index) => pad(text, widths[index] ?? 0, columns[index]?.align))
      .join(GAP)
      .trimEnd();
  return [line(columns.map((column) => column.title)), ...cells.map(line)];
}

function underEachOther<Row>(columns: readonly Column<Row>[], cells: Cells, width: number): string[] | undefined {
  if (!columns.some((column) => column.below)) return undefined;
  const part = (below: Column<Row>["below"]): [columns: Column<Row>[], cells: Cells] => {
    const kept = columns.flatMap((column, index) => (column.below === below ? [index] : []));
    return [
      columns.filter((_, index) => kept.includes(index)),
      cells.map((row) => row.filter((_, index) => kept.includes(index))),
    ];
  };
  const above = grid(...part(undefined), width);
  const [columnsBelow, cellsBelow] = part(true);
  const [, cellsAlone] = part("alone");
  if (above === undefined) return undefined;
  const under = cells.map((_, index) => [
    ...(columnsBelow.length === 0 ? [] : [joined(columnsBelow, cellsBelow[index] ?? [], width)]),
    ...(cellsAlone[index] ?? []).flatMap((text) =>
      text === "" ? [] : broken(width - GAP.length, text).map((line) => GAP + line),
    ),
  ]);
  return above.flatMap((line, index) => (index === 0 ? [line] : [line, ...(under[index - 1] ?? [])]));
}

function joined<Row>(columns: readonly Column<Row>[], row: readonly string[], width: number): string {
  const texts = row.flatMap((text, index) => (text === "" ? [] : [{ text, shrinkTo: columns[index]?.shrinkTo }]));
  const free = width - GAP.length * (texts.length + 1) - texts.reduce((sum, { text }) => sum + visible(text), 0);
  const shown = texts.map(({ text, shrinkTo }) =>
    free < 0 && shrinkTo !== undefined ? pad(text, Math.max(shrinkTo, visible(text) + free)) : text,
  );
  return ["", ...shown].join(GAP);
}

/** Between words, with what goes on a little to the right; only a word that is longer than a line is cut. */
function broken(width: number, text: string): string[] {
  const lines = wrap(text, width - GAP.length, width).split("\n");
  const indented = lines.map((line, index) => (index === 0 ? line : GAP + line));
  return indented.map((line) => (visible(line) > width ? pad(line, width) : line));
}

/** Length on the screen: colour takes no room. */
export function visible(text: string): number {
  return stripVTControlCharacters(text).length;
}

export function pad(text: string, width: number, align?: "right"): string {
  const cut = visible(text) > width ? `${stripVTControlCharacters(text).slice(0, Math.max(0, width - 1))}…` : text;
  const space = " ".repeat(Math.max(0, width - visible(cut)));
  return align === "right" ? space + cut : cut + space;
}

function fit<Row>(natural: readonly number[], columns: readonly Column<Row>[], width: number): number[] | undefined {
  const widths = [...natural];
  let excess = widths.reduce((sum, each) => sum + each, GAP.length * (widths.length - 1)) - width;
  columns.forEach((column, index) => {
    const current = widths[index] ?? 0;
    if (excess <= 0 || column.shrinkTo === undefined) return;
    const smaller = Math.max(Math.min(current, column.shrinkTo), current - excess);
    widths[index] = smaller;
    excess -= current - smaller;
  });
  return excess <= 0 ? widths : undefined;
}

function blocks<Row>(columns: readonly Column<Row>[], cells: Cells, width: number): string {
  const label = Math.max(...columns.map((column) => visible(column.title)));
  const room = (column: Column<Row>, text: string): string => {
    const space = Math.max(column.shrinkTo ?? Infinity, width - label - GAP.length);
    return visible(text) > space ? pad(text, space) : text;
  };
  const block = (row: readonly string[]): string =>
    columns
      .flatMap((column, index) => (row[index] ? [`${pad(column.title, label)}${GAP}${room(column, row[index])}`] : []))
      .join("\n");
  return cells.map(block).join("\n\n");
}

function oneLine(text: string): string {
  return text.replaceAll(/\s*\n\s*/g, " ");
}
