import type * as z from "zod";
import type { tradeRoutes } from "#contracts/routes/trade";
import { within } from "../clock.ts";
import { messageOf } from "../message-of.ts";
import type { AttemptDeps } from "./attempt-requested.ts";

type Route = typeof tradeRoutes.keyHealth;

const TIMEOUT_MS = 9_000;

/** What the key of an account may do, or why nobody knows. */
export async function readKeyHealth(
  of: z.infer<Route["body"]>,
  deps: Pick<AttemptDeps, "venue" | "clock">,
): Promise<z.infer<Route["reply"]>> {
  const { keyHealth } = deps.venue(of);
  if (keyHealth === undefined) return { health: { problem: `${of.venue} does not say what keys may do there` } };
  try {
    return { health: await within(deps.clock, { ms: TIMEOUT_MS, who: of.venue }, keyHealth()) };
  } catch (error) {
    return { health: { problem: messageOf(error) } };
  }
}
