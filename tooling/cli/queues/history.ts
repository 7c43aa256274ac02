import type * as z from "zod";
import type { queueDepth } from "#contracts/routes/route";

export type Depth = z.infer<typeof queueDepth>;

export interface QueueView extends Depth {
  /** Messages by which it grew a second over the last looks; absent after the first look. */
  perSecond?: number;
  /** Depths from the oldest look on, the last one included. */
  depths: number[];
}

/** More looks than a terminal is wide are of no use. */
const KEPT = 400;
/** Looks over which a rate is taken: one alone jumps with every batch. */
const RATE_OVER = 5;

/** What `queues depth --watch` remembers from look to look. */
export function depthHistory(): { add(at: Date, queues: readonly Depth[]): QueueView[] } {
  const looks = new Map<string, { at: number; depth: number }[]>();
  return {
    add: (at, queues) =>
      queues.map((queue) => {
        const before = looks.get(queue.queue) ?? [];
        const all = [...before, { at: at.getTime(), depth: queue.backlogCount }].slice(-KEPT);
        looks.set(queue.queue, all);
        const perSecond = rateOf(all.slice(-RATE_OVER - 1));
        return {
          ...queue,
          ...(perSecond === undefined ? {} : { perSecond }),
          depths: all.map((look) => look.depth),
        };
      }),
  };
}

function rateOf(looks: readonly { at: number; depth: number }[]): number | undefined {
  const [first, last] = [looks[0], looks.at(-1)];
  if (first === undefined || last === undefined || last.at <= first.at) return undefined;
  return Math.round(((last.depth - first.depth) / (last.at - first.at)) * 10_000) / 10;
}
