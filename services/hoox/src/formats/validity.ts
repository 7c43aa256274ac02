import { isPositive } from "#contracts/decimal";
import type { Signal } from "#contracts/signal";
import { decimalOf, sayings, wrong, type Fields } from "./fields.ts";
import { timeOf } from "./time.ts";

/**
 * When it was fired, and until when the sender wants it traded: `max_lag` seconds after that, or at `expiresAt`.
 * `now` stands in for a time of firing that the alert does not have.
 */
export function validityOf(fields: Fields, now: Date): Pick<Signal, "sentAt" | "expiresAt"> {
  const sentAt = firedAt(fields);
  const ends = [lagEnd(fields, sentAt ?? now), expiry(fields)].flatMap((end) => end ?? []);
  const [expiresAt] = ends.toSorted((a, b) => a.getTime() - b.getTime());
  return { sentAt, expiresAt };
}

/** `{{time}}` is the bar's open and so may be hours old: it counts only when nothing better is there. */
function firedAt(fields: Fields): Date | undefined {
  const [best, ...others] = sayings(fields, "sentAt");
  for (const { plain } of others) fields.read.delete(plain);
  return best === undefined ? undefined : timeOf(best.name, best.says);
}

function lagEnd(fields: Fields, from: Date): Date | undefined {
  const [lag] = sayings(fields, "maxLag");
  if (lag === undefined) return undefined;
  const seconds = decimalOf(lag.name, lag.says);
  if (!isPositive(seconds)) throw wrong(lag.name, `must be a number of seconds above zero, not ${seconds}`);
  return new Date(from.getTime() + Math.min(Number(seconds), 86_400) * 1_000);
}

function expiry(fields: Fields): Date | undefined {
  const [end] = sayings(fields, "expiresAt");
  return end === undefined ? undefined : timeOf(end.name, end.says);
}
