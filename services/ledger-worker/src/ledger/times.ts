export const SECOND = 1_000;
export const MINUTE = 60 * SECOND;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;

/** Doubling delays: `after(0)` is the first. */
function doubling(firstMs: number, lastMs: number): (step: number) => number {
  return (step) => Math.min(lastMs, firstMs * 2 ** Math.min(step, 30));
}

/** Between attempts of a signal whose venue could not be used. */
export const attemptBackoff = doubling(SECOND, 30 * SECOND);
/** So many attempts to guard or to close what stands unguarded take some five minutes. */
const EARLY_GUARDS = 32;
const earlyGuardBackoff = doubling(SECOND, 10 * SECOND);
const lateGuardBackoff = doubling(10 * SECOND, MINUTE);
/** Between attempts to guard or to close what stands unguarded. */
export function guardBackoff(step: number): number {
  return step < EARLY_GUARDS ? earlyGuardBackoff(step) : lateGuardBackoff(step - EARLY_GUARDS);
}
/** Between hints that nobody claimed. */
export const hintBackoff = doubling(2 * SECOND, 30 * SECOND);
/** Between questions about an order, working or in doubt. */
export const askBackoff = doubling(2 * SECOND, MINUTE);
/** Between questions about a resting entry whose stop can stand only when it has filled. */
export const askForStopBackoff = doubling(2 * SECOND, 5 * SECOND);
/** Between publications of a message that nobody confirmed. */
export const outboxBackoff = doubling(30 * SECOND, 15 * MINUTE);

/** A damaged message is kept for a person to see, and named in the log this often. */
export const UNREADABLE_AGAIN_MS = DAY;

/** A head that found no free hint slot looks again after this long, should nobody promote it earlier. */
export const UNHINTED_MS = 30 * SECOND;
/** The due time of a target that is placed with its stop: never by itself. */
export const WITH_ITS_STOP = Number.MAX_SAFE_INTEGER;
/** A leg this long in doubt is a matter for a person. */
export const DOUBT_TOLD_AFTER_MS = 2 * MINUTE;
/** `sending` and `in_doubt` are published only when nothing replaced them within this. */
export const PASSING_STATE_MS = 2 * SECOND;
/** Failures (ours) or expired leases in a row before a signal is given up. */
export const MAX_FAILURES = 3;
export const KEEP_SIGNALS_MS = 7 * DAY;
export const KEEP_PARKED_MS = 30 * DAY;
export const KEEP_TOMBSTONES_MS = 365 * DAY;
/** A filled entry whose stop is not at the venue after this long is closed. */
export const UNGUARDED_MS = MINUTE;
const OPEN_TOLD_MS = [MINUTE, 5 * MINUTE, 15 * MINUTE, HOUR] as const;
/** Between the calls for a hand while a position that should be closed is open. */
export function openTellBackoff(step: number): number {
  return OPEN_TOLD_MS[step] ?? HOUR;
}
/** Emergency closes of one signal before a person must do it; placements of one protective kind likewise. */
export const MAX_EMERGENCY_CLOSES = 5;
export const MAX_PROTECTIVE_PLACEMENTS = 20;
/** The alarm handles this many rows of a kind, then fires again. */
export const CHUNK = 50;
/** The alarm never fires again sooner: a due row that nothing moves must not spin. */
export const MIN_ALARM_GAP_MS = 250;
