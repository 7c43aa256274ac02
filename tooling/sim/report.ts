import type { SeedResult, Violation } from "./run.ts";

/** Sums over many seeds. */
export class Summary {
  seeds = 0;
  events = 0;
  alerts = 0;
  orders = 0;
  readonly violations: Violation[] = [];
  readonly #injected = new Map<string, number>();
  readonly #seen = new Map<string, number>();

  add(result: SeedResult): void {
    this.seeds += 1;
    this.events += result.events;
    this.alerts += result.alerts;
    this.orders += result.orders;
    this.violations.push(...result.violations);
    for (const [fault, count] of result.injected) this.#injected.set(fault, (this.#injected.get(fault) ?? 0) + count);
    for (const [event, count] of result.seen) this.#seen.set(event, (this.#seen.get(event) ?? 0) + count);
  }

  /** Faults by kind, with the steps they hit most. */
  faults(): string[] {
    const kinds = Map.groupBy(this.#injected, ([fault]) => fault.split(" ")[0] ?? "");
    return [...kinds]
      .map(([kind, each]) => ({ kind, each, total: each.reduce((sum, [, count]) => sum + count, 0) }))
      .toSorted((a, b) => b.total - a.total)
      .map(({ kind, each, total }) => {
        const steps = each
          .toSorted((a, b) => b[1] - a[1])
          .slice(0, 6)
          .map(([fault, count]) => `${fault.slice(kind.length + 1) || "-"} ${count}`);
        return `  ${kind.padEnd(18)} ${String(total).padStart(7)}   ${steps.join(", ")}${each.length > 6 ? ", …" : ""}`;
      });
  }

  /** How often an event was logged, or a signal ended so (`outcome filled`). */
  seen(event: string): number {
    return this.#seen.get(event) ?? 0;
  }

  /** Faults of steps whose names begin so. */
  faultsAt(step: string): number {
    return [...this.#injected].reduce((sum, [fault, count]) => sum + (fault.includes(` ${step}`) ? count : 0), 0);
  }

  get faultCount(): number {
    return [...this.#injected.values()].reduce((sum, count) => sum + count, 0);
  }

  lines(seconds: number): string[] {
    return [
      `${this.seeds} seeds, ${this.alerts} alerts accepted, ${this.orders} orders booked, ${this.events} events, ` +
        `${this.faultCount} faults, ${seconds.toFixed(1)} s (${((seconds * 1_000) / Math.max(1, this.seeds)).toFixed(0)} ms each)`,
      "faults injected, and where:",
      ...this.faults(),
      `what the Workers went through: ${[...this.#seen]
        .toSorted((a, b) => b[1] - a[1])
        .map(([event, count]) => `${event} ${count}`)
        .join(", ")}`,
      this.violations.length === 0
        ? "no violation"
        : `${this.violations.length} violations in ${new Set(this.violations.map((each) => each.seed)).size} seeds`,
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
