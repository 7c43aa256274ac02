import type { Threshold } from "#contracts/monitor";

export interface Rule extends Threshold {
  /** Once it has ended, it is not told again for so long. */
  readonly coolDownSeconds: number;
  /** So long it must be over before that is told; absent: as long as it must have lasted. */
  readonly overSeconds?: number | undefined;
}

/** What is remembered of one alert; times are milliseconds. */
export interface AlertState {
  /** Since when the value has been at `enter` or above; while open, at `leave` or below. */
  since?: number | undefined;
  open?: { startedAt: number; worst: number } | undefined;
  endedAt?: number | undefined;
}

export type AlertEvent =
  | { what: "started"; startedAt: number; value: number }
  | { what: "ended"; startedAt: number; worst: number };

/** One look at the value: what is remembered now, and what is to be told. */
export function look(
  state: AlertState,
  { value, at }: { value: number; at: number },
  rule: Rule,
): { state: AlertState; event?: AlertEvent } {
  return state.open === undefined ? whileClosed(state, { value, at }, rule) : whileOpen(state, { value, at }, rule);
}

function whileClosed(
  state: AlertState,
  { value, at }: { value: number; at: number },
  { enter, forSeconds, coolDownSeconds }: Rule,
): { state: AlertState; event?: AlertEvent } {
  if (value < enter) return { state: { endedAt: state.endedAt } };
  const since = state.since ?? at;
  const cooling = state.endedAt !== undefined && at - state.endedAt < coolDownSeconds * 1_000;
  if (cooling || at - since < forSeconds * 1_000) return { state: { ...state, since } };
  const open = { startedAt: since, worst: value };
  return { state: { open }, event: { what: "started", startedAt: since, value } };
}

function whileOpen(
  state: AlertState & { open?: { startedAt: number; worst: number } },
  { value, at }: { value: number; at: number },
  { leave, forSeconds, overSeconds = forSeconds }: Rule,
): { state: AlertState; event?: AlertEvent } {
  const { startedAt = at, worst: before = value } = state.open ?? {};
  const open = { startedAt, worst: Math.max(before, value) };
  if (value > leave) return { state: { open } };
  const since = state.since ?? at;
  if (at - since < overSeconds * 1_000) return { state: { open, since } };
  return { state: { endedAt: at }, event: { what: "ended", ...open } };
}
