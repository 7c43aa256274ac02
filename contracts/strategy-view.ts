import * as z from "zod";
import { account, venue } from "./ids.ts";
import { strategyName, strategySettings } from "./strategy.ts";

const time = z.iso.datetime();
const settings = strategySettings.unwrap();

/** A strategy as operators see it: when its keys were made, never a key or its hash. */
export const strategyView = settings.extend({
  name: strategyName,
  keys: z.array(z.object({ createdAt: time, expiresAt: time.optional() })),
  createdAt: time.optional(),
  /** Absent for `default` while nothing is set for it. */
  updatedAt: time.optional(),
});
export type StrategyView = z.infer<typeof strategyView>;

export const strategiesReply = z.object({
  strategies: z.array(strategyView),
  /** Damaged ones: none of their alerts is accepted. */
  unreadable: z.array(z.object({ name: z.string(), problem: z.string() })),
});

export const strategyReply = z.object({ strategy: strategyView, note: z.string().optional() });
/** The only time that the key is seen: what is kept is its hash. */
export const newKeyReply = strategyReply.extend({ key: z.string() });

export const addStrategyBody = settings.extend({ name: strategyName, account, venue });
/** All settings as they shall be, and the `updatedAt` of those they replace: a change between is not overwritten. */
export const setStrategyBody = settings.extend({ replaces: time.optional() });
export const rotateStrategyBody = z.object({
  /** How long the old key stays valid. */
  overlapSeconds: z.int().min(0).max(2_592_000),
});
