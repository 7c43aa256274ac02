import * as z from "zod";
import { strategyName } from "./strategy.ts";
import { time } from "./routes/route.ts";

/**
 * When the monitor tells the trader. `leave` below `enter`: what moves between the two begins nothing and ends
 * nothing.
 */
export interface Threshold {
  readonly enter: number;
  readonly leave: number;
  /** So long it must have lasted before it is told, and be over before that is told. */
  readonly forSeconds: number;
}

const amount = z.number().min(0).max(1e9);

/** What is changed of one alert's thresholds; `off` never tells. */
const alertChange = z
  .strictObject({
    enter: amount.optional(),
    leave: amount.optional(),
    forSeconds: z.int().min(0).max(86_400).optional(),
    off: z.boolean().optional(),
  })
  .refine((of) => of.leave === undefined || of.enter !== undefined, "leave needs an enter beside it")
  .refine((of) => of.enter === undefined || of.leave === undefined || of.leave < of.enter, "leave must be below enter");

/** The KV key of what is set of the monitor. */
export const MONITOR_KEY = "config:monitor";

export const monitorConfig = z.lazy(() =>
  z.strictObject({
    /** By the name of the alert, such as `records.backlog`; `hoox queues list` shows them. */
    alerts: z.record(z.string().max(80), alertChange).optional(),
    /** An alert that has ended is not told again for so long. */
    coolDownSeconds: z.int().min(0).max(86_400).optional(),
    /** Strategies whose usual alert is missed when it does not come. */
    cadence: z.array(strategyName).max(50).optional(),
  }),
);
export type MonitorConfig = z.infer<typeof monitorConfig>;

/** A queue as the monitor has seen it over the last minutes. */
export const queueForecast = z.object({
  queue: z.string(),
  /** Messages a second by which it grew; negative: it shrank. The platform counts neither what comes nor what goes. */
  perSecond: z.number().optional(),
  /** At that pace it is empty after so long. */
  drainSeconds: z.number().optional(),
  /** When the platform throws its oldest message away, should it go on as it does. */
  lossAt: time.optional(),
  /** Depths of the last minutes, the oldest first. */
  history: z.array(z.int()),
});
export type QueueForecast = z.infer<typeof queueForecast>;

/** What waits in all ledgers: the truth behind `trade-signals`, whose messages are only hints. */
export const signalsForecast = z.object({
  waiting: z.int(),
  deferred: z.int(),
  inDoubt: z.int(),
  oldestAt: time.optional(),
  inPerSecond: z.number().optional(),
  outPerSecond: z.number().optional(),
  drainSeconds: z.number().optional(),
  /** Signals whose time was over before their turn came, ever. */
  expired: z.int(),
  /** Waiting signals that expire before their turn comes, and when the first of them does. */
  atRisk: z.int(),
  firstExpiresAt: time.optional(),
});
export type SignalsForecast = z.infer<typeof signalsForecast>;

export const openAlert = z.object({
  name: z.string(),
  since: time,
  value: z.number(),
  enter: z.number(),
  leave: z.number(),
  unit: z.string(),
});
export type OpenAlert = z.infer<typeof openAlert>;

export const monitorView = z.object({
  sampledAt: time.optional(),
  queues: z.array(queueForecast),
  signals: signalsForecast,
  alerts: z.array(openAlert),
});
export type MonitorView = z.infer<typeof monitorView>;
