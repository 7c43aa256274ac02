/** What can happen to one step. `before` and `after` are relative to its effect. */
export const faultKinds = [
  "crash_before",
  "crash_after",
  "error_before",
  "error_after",
  "stall_before",
  "stall_after",
] as const;
export type FaultKind = (typeof faultKinds)[number];

export interface FaultRow {
  readonly kind: FaultKind;
  /** Steps whose names begin so; absent: all. */
  readonly steps?: string;
  readonly chance: number;
}

/**
 * The faults of steps. The first row that fits a step's name and kind counts, so special rows stand first.
 * Every seed scales each kind by its own weight (see `weights` in world.ts).
 */
export const stepFaults: readonly FaultRow[] = [
  { kind: "crash_before", steps: "venue.place", chance: 0.02 },
  { kind: "crash_after", steps: "venue.place", chance: 0.03 },
  { kind: "error_before", steps: "venue.", chance: 0.03 },
  { kind: "error_after", steps: "venue.", chance: 0.05 },
  { kind: "stall_before", steps: "venue.", chance: 0.03 },
  { kind: "stall_after", steps: "venue.", chance: 0.03 },
  { kind: "error_before", steps: "d1.", chance: 0.04 },
  { kind: "error_after", steps: "d1.", chance: 0.02 },
  { kind: "error_before", steps: "telegram.", chance: 0.05 },
  { kind: "error_after", steps: "telegram.", chance: 0.02 },
  { kind: "crash_before", chance: 0.006 },
  { kind: "crash_after", chance: 0.006 },
  { kind: "error_before", chance: 0.012 },
  { kind: "error_after", chance: 0.012 },
  { kind: "stall_before", chance: 0.006 },
  { kind: "stall_after", chance: 0.006 },
];

/** How long a stalled step takes, in milliseconds. */
export const STALL_MS = { from: 1_000, to: 45_000 } as const;

/** Faults that happen to things and not to steps. The chance is per occasion. */
export const thingFaults = {
  /** A sent message is stored twice. */
  queue_duplicate: 0.04,
  /** A sent message travels up to a minute. */
  queue_delay: 0.03,
  /** A message overtakes the others of its batch. */
  queue_reorder: 0.3,
  /** A settled batch whose answer is lost: it comes again. */
  queue_answer_lost: 0.01,
  /** An alarm dies instead of running; the platform tries it again. */
  alarm_crash: 0.02,
  /** An alarm that never comes; ops-worker pokes. */
  alarm_lost: 0.005,
  /** The object forgets its memory between two calls. */
  object_evicted: 0.02,
  /** Telegram asks to come back later. */
  telegram_busy: 0.05,
  /** The venue answers that it is down, or too busy, without doing anything. */
  venue_refuses: 0.03,
} as const satisfies Record<string, number>;
export type ThingFault = keyof typeof thingFaults;
