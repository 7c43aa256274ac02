import { quantile } from "./quantile.ts";

const LEAST_ALERTS = 20;
const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

/**
 * How long a strategy is silent at most when all is as ever, in milliseconds, from the times of its alerts, the latest
 * first; undefined when there are too few. One silence in twenty is longer than usual, unless it began at about this time
 * of day: what ends with the day's last bar is followed by a night, and now and then by a weekend.
 */
export function usualSilence(times: readonly number[]): number | undefined {
  const [last] = times;
  if (last === undefined || times.length < LEAST_ALERTS) return undefined;
  const silences = times.slice(1).map((began, index) => ({ began, ms: (times[index] ?? began) - began }));
  const sorted = silences.map(({ ms }) => ms).toSorted((a, b) => a - b);
  const alike = silences.filter(({ began }) => isAboutTheSameTimeOfDay(began, last)).map(({ ms }) => ms);
  return Math.max(60_000, quantile(sorted, 0.95) ?? 0, ...alike);
}

function isAboutTheSameTimeOfDay(a: number, b: number): boolean {
  const apart = Math.abs((a % DAY_MS) - (b % DAY_MS));
  return Math.min(apart, DAY_MS - apart) <= HOUR_MS;
}
