import type * as z from "zod";
import type { MonitorView } from "#contracts/monitor";
import type { queueDepth } from "#contracts/routes/route";

export type Depth = z.infer<typeof queueDepth>;

export interface QueueView extends Depth {
  /** Messages by which it grew a second, over the last looks or by the monitor; absent while nobody knows. */
  perSecond?: number;
  /** By the monitor: when the platform throws its oldest message away. */
  lossAt?: string;
  /** By the monitor: depths of the last minutes, the oldest first. */
  minutes: number[];
  /** Depths from the oldest look on, the last one included. */
  depths: number[];
}

/** More looks than a terminal is wide are of no use. */
const KEPT = 400;
/** Looks over which a rate is taken: one alone jumps with every batch. */
const RATE_OVER = 5;

/** One look, with what the monitor knows of the minutes before. */
export function viewOf(depth: Depth, monitor: MonitorView | undefined): QueueView {
  const { perSecond, lossAt, history } = monitor?.queues.find(({ queue }) => queue === depth.queue) ?? {};
  return {
    ...depth,
    ...(perSecond === undefined ? {} : { perSecond }),
    ...(lossAt === undefined ? {} : { lossAt }),
    minutes: history ?? [],
    depths: [depth.backlogCount],
  };
}

/** Messages a second below which a queue stands still. */
export const STEADY = 0.05;

/** At its pace it is empty after so long; undefined unless it shrinks. */
export function drainMs({
  backlogCount,
  perSecond,
}: Pick<QueueView, "backlogCount" | "perSecond">): number | undefined {
  if (perSecond === undefined || perSecond > -STEADY || backlogCount === 0) return undefined;
  return (backlogCount / -perSecond) * 1_000;
}

/** What `queues depth --watch` remembers from look to look. */
export function depthHistory(): { add(at: Date, queues: readonly Depth[], monitor?: MonitorView): QueueView[] } {
  const looks = new Map<string, { at: number; depth: number }[]>();
  return {
    add: (at, queues, monitor) =>
      queues.map((queue) => {
        const before = looks.get(queue.queue) ?? [];
        const all = [...before, { at: at.getTime(), depth: queue.backlogCount }].slice(-KEPT);
        looks.set(queue.queue, all);
        const perSecond = rateOf(all.slice(-RATE_OVER - 1));
        return {
          ...viewOf(queue, monitor),
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
