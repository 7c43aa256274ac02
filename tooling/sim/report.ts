import { Coverage } from "./coverage.ts";
import type { SeedResult, Violation } from "./run.ts";
import type { Shrunk } from "./shrink.ts";

/** Sums over many seeds. */
export class Summary {
  seeds = 0;
  events = 0;
  alerts = 0;
  orders = 0;
  readonly violations: Violation[] = [];
  readonly coverage = new Coverage();
  readonly #seen = new Map<string, number>();

  add(result: SeedResult): void {
    this.seeds += 1;
    this.events += result.events;
    this.alerts += result.alerts;
    this.orders += result.orders;
    this.violations.push(...result.violations);
    this.coverage.add(result.coverage);
    for (const [event, count] of result.seen) this.#seen.set(event, (this.#seen.get(event) ?? 0) + count);
  }

  /** How often an event was logged, or a signal ended so (`outcome filled`). */
  seen(event: string): number {
    return this.#seen.get(event) ?? 0;
  }

  lines(seconds: number): string[] {
    const badSeeds = new Set(this.violations.map((each) => each.seed));
    return [
      ...this.coverage.lines(),
      `what the Workers went through: ${[...this.#seen]
        .toSorted((a, b) => b[1] - a[1])
        .map(([event, count]) => `${event} ${count}`)
        .join(", ")}`,
      `${this.seeds} seeds, ${this.alerts} alerts accepted, ${this.orders} orders booked, ${this.events} events, ` +
        `${this.coverage.faults} faults, ${seconds.toFixed(1)} s (${((seconds * 1_000) / Math.max(1, this.seeds)).toFixed(0)} ms each)`,
      this.violations.length === 0 ? "no violation" : `${this.violations.length} violations in ${badSeeds.size} seeds`,
    ];
  }
}

export function violationLines(violation: Violation): string[] {
  return [
    `seed ${violation.seed}: ${violation.invariant}`,
    `  expected: ${violation.expected}`,
    `  found:    ${violation.found}`,
    `  look:     npm run sim -- --seed ${violation.seed} --trace`,
  ];
}

/** The part of a schedule that breaks an invariant, and the command that shows it. */
export function shrunkLines(
  { keep, violation, runs }: Shrunk,
  of: { storm: number; bug?: string | undefined },
): string[] {
  const options = [
    ...(of.storm === 1 ? [] : [`--storm ${of.storm}`]),
    ...(of.bug === undefined ? [] : [`--bug ${of.bug}`]),
  ];
  return [
    `seed ${violation.seed}: ${violation.invariant}, with ${keep.length} parts of its schedule left (${runs} runs)`,
    `  expected: ${violation.expected}`,
    `  found:    ${violation.found}`,
    `  again:    npm run sim -- --seed ${violation.seed} ${[...options, `--keep ${keep.join(",")}`].join(" ")} --trace`,
  ];
}

export function gapLines(gaps: readonly string[]): string[] {
  if (gaps.length === 0) return [];
  return [`${gaps.length} faults never met a step that they could hit:`, ...gaps.map((gap) => `  ${gap}`)];
}
