/** What can happen to one step. `before` and `after` are relative to its effect; what hangs never answers. */
export const faultKinds = [
  "crash_before",
  "crash_after",
  "error_before",
  "error_after",
  "stall_before",
  "stall_after",
  "hang_before",
  "hang_after",
] as const;
export type FaultKind = (typeof faultKinds)[number];

export interface FaultRow {
  readonly kind: FaultKind;
  /** Steps whose names begin so; absent: all. */
  readonly steps?: string;
  readonly chance: number;
}

const RARE = [
  "r2.",
  "send.records-dlq",
  "send.trade-signals-dlq",
  "send.notifications-dlq",
  "send.system-logs-dlq",
  "killSwitch.register",
  "ledger.fail",
  "venue.equity",
] as const;

/**
 * The faults of steps. The first row that fits a step's name and kind counts, so special rows stand first.
 * Every seed scales each kind by its own weight (see `weights` in weather.ts).
 */
export const stepFaults: readonly FaultRow[] = [
  { kind: "crash_before", steps: "venue.place", chance: 0.02 },
  { kind: "crash_after", steps: "venue.place", chance: 0.03 },
  { kind: "error_before", steps: "venue.", chance: 0.03 },
  { kind: "error_after", steps: "venue.", chance: 0.05 },
  { kind: "stall_before", steps: "venue.", chance: 0.03 },
  { kind: "stall_after", steps: "venue.", chance: 0.03 },
  { kind: "hang_before", steps: "venue.place", chance: 0.01 },
  { kind: "hang_after", steps: "venue.place", chance: 0.01 },
  { kind: "error_before", steps: "d1.", chance: 0.03 },
  { kind: "error_after", steps: "d1.", chance: 0.02 },
  { kind: "error_before", steps: "telegram.", chance: 0.05 },
  { kind: "error_after", steps: "telegram.", chance: 0.02 },
  // Seldom taken, so the more likely hit.
  ...faultKinds.flatMap((kind) => RARE.map((steps): FaultRow => ({ kind, steps, chance: 0.03 }))),
  { kind: "crash_before", chance: 0.006 },
  { kind: "crash_after", chance: 0.006 },
  { kind: "error_before", chance: 0.012 },
  { kind: "error_after", chance: 0.012 },
  { kind: "stall_before", chance: 0.006 },
  { kind: "stall_after", chance: 0.006 },
  { kind: "hang_before", chance: 0.003 },
  { kind: "hang_after", chance: 0.003 },
];

/** Each seed picks this share of all pairs of step and fault, and lets that fault fall there this often. */
export const FAVOURITES = { share: 0.02, chance: 0.2 } as const;

/** How long a stalled step takes, in milliseconds. */
export const STALL_MS = { from: 1_000, to: 45_000 } as const;

/** Faults that happen to things and not to steps. The chance is per occasion. */
export const thingFaults = {
  /** A sent message is stored twice. */
  queue_duplicate: 0.04,
  /** A sent message travels up to a minute. */
  queue_delay: 0.03,
  /** A sent message travels up to a quarter of an hour. */
  queue_late: 0.002,
  /** A message of which the ledger or the next hint is the remedy is deleted: lost, or expired in the queue. */
  queue_lost: 0.02,
  /** A message overtakes the others of its batch. */
  queue_reorder: 0.3,
  /** A settled batch whose answer is lost: it comes again. */
  queue_answer_lost: 0.01,
  /** An alarm dies instead of running; the platform tries it again. */
  alarm_crash: 0.02,
  /** An alarm that never comes; ops-worker pokes. */
  alarm_lost: 0.005,
  /** An alarm that comes up to three minutes late. */
  alarm_late: 0.02,
  /** The object forgets its memory between two calls. */
  object_evicted: 0.02,
  /** A process dies while it waits for a timer. */
  pause_crash: 0.004,
  /** An isolate or a venue whose clock is wrong; once per seed and clock. */
  clock_wrong: 0.15,
  /** Telegram asks to come back later. */
  telegram_busy: 0.05,
  /** The venue answers that it is down, or too busy, without doing anything. */
  venue_refuses: 0.03,
  /** As refused, and nobody of this account gets an answer for a while. */
  venue_bans: 0.003,
  /** The venue answers with an error page: the order may or may not stand. */
  venue_garbles: 0.02,
  /** What the venue took it does not find for some seconds. */
  venue_forgets: 0.05,
  /** Of an exchange with rough manners: it takes an order and rejects it later. */
  venue_rejects_late: 0.04,
  /** Of the same: it fills an order in parts. */
  venue_fills_in_parts: 0.4,
} as const satisfies Record<string, number>;
export type ThingFault = keyof typeof thingFaults;
