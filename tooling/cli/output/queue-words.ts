import { drainMs, STEADY, type QueueView } from "../queues/history.ts";
import type { Paint } from "./paint.ts";
import { duration } from "./time.ts";

/** A queue whose oldest message waits longer is not merely busy. */
const OLD_MS = 60_000;

export function isLetters({ queue }: Pick<QueueView, "queue">): boolean {
  return queue.endsWith("-dlq");
}

export function depthText(row: QueueView, paint: Paint): string {
  if (row.backlogCount === 0) return paint.dim("0");
  return isLetters(row) ? paint.bad(String(row.backlogCount)) : String(row.backlogCount);
}

/** `▲ 12/s`, `▼ 3.5/s, empty in 40 s`, `= steady`. */
export function trendText(row: QueueView, of: { paint: Paint; isNarrow: boolean }): string {
  const { perSecond, backlogCount } = row;
  if (perSecond === undefined) return of.paint.dim("…");
  if (Math.abs(perSecond) < STEADY) return backlogCount === 0 ? of.paint.dim("-") : "= steady";
  if (perSecond > 0) return of.paint.odd(`▲ ${rate(perSecond)}`);
  const drain = of.isNarrow ? undefined : drainMs(row);
  return of.paint.good(`▼ ${rate(-perSecond)}${drain === undefined ? "" : `, empty in ${wholeSeconds(drain)}`}`);
}

export function rate(perSecond: number): string {
  return `${perSecond >= 10 ? Math.round(perSecond) : perSecond.toFixed(1)}/s`;
}

export function ageText(row: QueueView, view: { now: Date; paint: Paint }): string {
  const age = ageMs(row, view.now);
  if (age === undefined) return view.paint.dim("-");
  const text = wholeSeconds(age);
  return age > OLD_MS ? view.paint.bad(text) : text;
}

/** Tenths would flicker. */
export function wholeSeconds(ms: number): string {
  return ms < 60_000 ? `${Math.round(ms / 1_000)} s` : duration(ms);
}

/** The colour of all that is drawn of a queue: how it goes. */
export function colourOf(row: QueueView, now: Date, paint: Paint): (text: string) => string {
  if (row.backlogCount === 0) return paint.dim;
  if (isLetters(row) || (ageMs(row, now) ?? 0) > OLD_MS) return paint.bad;
  return (row.perSecond ?? 0) > 0 ? paint.odd : paint.good;
}

/** What the platform deletes soon, said only where it matters. */
export function lossTexts(rows: readonly QueueView[], view: { now: Date; paint: Paint }): string[] {
  return rows.flatMap(({ queue, lossAt }) => {
    const left = lossAt === undefined ? Infinity : Date.parse(lossAt) - view.now.getTime();
    if (left > SOON_MS) return [];
    return [
      view.paint.bad(
        `${queue}: Cloudflare deletes its oldest message in ${wholeSeconds(Math.max(0, left))}, should it go on so`,
      ),
    ];
  });
}

export const SOON_MS = 86_400_000;

function ageMs(row: QueueView, now: Date): number | undefined {
  if (row.backlogCount === 0 || row.oldestMessageAt === undefined) return undefined;
  return Math.max(0, now.getTime() - Date.parse(row.oldestMessageAt));
}
