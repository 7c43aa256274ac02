import * as z from "zod";

const text = z.string().nullish();

/** One invocation of a Worker as `trace-v1` tells it: https://developers.cloudflare.com/workers/observability/logs/real-time-logs/ */
export const tailEvent = z.object({
  /** `ok`, `exception`, `exceededCpu`, `exceededMemory`, `canceled`, … */
  outcome: z.string(),
  scriptName: text,
  exceptions: z
    .array(z.object({ name: z.string(), message: z.unknown(), timestamp: z.number(), stack: text }))
    .default([]),
  logs: z.array(z.object({ message: z.unknown(), level: z.string(), timestamp: z.number() })).default([]),
  eventTimestamp: z.number().nullish(),
  /** A request, a batch, a cron, an alarm, a call; or the tail's own words, such as that it is sampled now. */
  event: z.looseObject({ type: text, message: text }).nullish(),
});
export type TailEvent = z.infer<typeof tailEvent>;
