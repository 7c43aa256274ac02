import { faultKinds, thingFaults } from "./faults.ts";

/** How often a step of a Worker was taken, and which faults fell on it. */
export interface Cell {
  taken: number;
  readonly faults: Map<string, number>;
  /** How many of each fault chance would have it, in the order of `faultKinds`. */
  readonly expected: number[];
}

/** Of so many that chance would have, none at all is no accident: one in three thousand. */
const CERTAINLY = 8;

/** Steps by `worker step`. */
export class Coverage {
  readonly cells = new Map<string, Cell>();
  /** Faults of things, by `kind where`. */
  readonly things = new Map<string, number>();

  took(place: string, fault: string | undefined, chances: readonly number[]): void {
    const cell = this.#cell(place);
    cell.taken += 1;
    for (const [index, chance] of chances.entries()) cell.expected[index] = (cell.expected[index] ?? 0) + chance;
    if (fault !== undefined) cell.faults.set(fault, (cell.faults.get(fault) ?? 0) + 1);
  }

  happened(fault: string, where: string): void {
    const key = `${fault} ${where}`;
    this.things.set(key, (this.things.get(key) ?? 0) + 1);
  }

  /** Also of one that came from another thread. */
  add(other: Pick<Coverage, "cells" | "things">): void {
    for (const [place, { taken, faults, expected }] of other.cells) {
      const cell = this.#cell(place);
      cell.taken += taken;
      for (const [index, count] of expected.entries()) cell.expected[index] = (cell.expected[index] ?? 0) + count;
      for (const [fault, count] of faults) cell.faults.set(fault, (cell.faults.get(fault) ?? 0) + count);
    }
    for (const [key, count] of other.things) this.things.set(key, (this.things.get(key) ?? 0) + count);
  }

  /** How many faults fell, on steps and things. */
  get faults(): number {
    const onSteps = [...this.cells.values()].flatMap(({ faults }) => [...faults.values()]);
    return [...onSteps, ...this.things.values()].reduce((sum, count) => sum + count, 0);
  }

  /** The histogram: a row per step with a column per fault, then the faults of things. */
  lines(): string[] {
    const cell = (text: string | number): string => String(text).padStart(7);
    const heads = faultKinds.map((kind) => cell(kind.replace("_before", "<").replace("_after", ">")));
    const rows = [...this.cells]
      .toSorted(([a], [b]) => (a < b ? -1 : 1))
      .map(([place, { taken, faults }]) => {
        const counts = faultKinds.map((kind) => cell(faults.get(kind) ?? 0));
        return `  ${place.padEnd(40)}${String(taken).padStart(9)}${counts.join("")}`;
      });
    const kinds = Map.groupBy(this.things, ([thing]) => thing.split(" ")[0] ?? "");
    const things = [...kinds]
      .toSorted(([a], [b]) => (a < b ? -1 : 1))
      .map(([kind, each]) => {
        const total = each.reduce((sum, [, count]) => sum + count, 0);
        const most = each.toSorted((a, b) => b[1] - a[1]).slice(0, 5);
        const where = most.map(([thing, count]) => `${thing.slice(kind.length + 1)} ${count}`).join(", ");
        return `  ${kind.padEnd(22)}${String(total).padStart(8)}  ${where}${each.length > 5 ? ", …" : ""}`;
      });
    return [
      `  ${"step (< before its effect, > after it)".padEnd(40)}${"taken".padStart(9)}${heads.join("")}`,
      ...rows,
      ...things,
    ];
  }

  /** Pairs of step and fault that should have met by all odds and never did. */
  gaps(): string[] {
    return [...this.cells].flatMap(([place, { faults, expected }]) =>
      faultKinds
        .filter((kind, index) => !faults.has(kind) && (expected[index] ?? 0) >= CERTAINLY)
        .map((kind) => `${kind} at ${place}`),
    );
  }

  /** Faults of things that never happened. */
  unmetThings(): string[] {
    const met = new Set([...this.things.keys()].map((thing) => thing.split(" ")[0]));
    return Object.keys(thingFaults).filter((fault) => !met.has(fault));
  }

  #cell(place: string): Cell {
    let cell = this.cells.get(place);
    if (cell === undefined) this.cells.set(place, (cell = { taken: 0, faults: new Map(), expected: [] }));
    return cell;
  }
}
