import type * as z from "zod";
import type { KeyHealth } from "#contracts/key-health";
import type { tradeRoutes } from "#contracts/routes/trade";
import { within, type Clock } from "../clock.ts";
import { messageOf } from "../message-of.ts";
import { readCredentials } from "../venues/credentials.ts";
import type { VenueAccount } from "../venues/live.ts";
import type { Venue } from "../venues/venue.ts";

type Route = typeof tradeRoutes.keyHealth;

export interface KeyDeps {
  /** Of which accounts something is set. */
  keyAccounts: () => VenueAccount[];
  variable: (name: string) => string | undefined;
  /** Asks an exchange whatever TRADING_MODE is: a key is looked at before it trades. */
  keyHealth: (of: VenueAccount) => Venue["keyHealth"];
  clock: Clock;
}

const TIMEOUT_MS = 9_000;

/** What the key of an account may do, or why nobody knows. */
export async function readKeyHealth(of: z.infer<Route["body"]>, deps: KeyDeps): Promise<z.infer<Route["reply"]>> {
  return { health: unset(of, deps) ?? (await ask(of, deps)) };
}

/** Of an account that lacks a key, a secret or both. */
function unset(of: VenueAccount, { variable }: KeyDeps): KeyHealth | undefined {
  const credentials = readCredentials(of, variable);
  if (!("missing" in credentials)) return undefined;
  const [first = "", second] = credentials.missing;
  if (second !== undefined) return { problem: `it has no keys: ${first} and ${second} are not set`, because: "unused" };
  return { problem: `${first} is not set; run: npx hoox secrets set ${first}`, because: "wrong" };
}

async function ask(of: VenueAccount, { keyHealth, clock }: KeyDeps): Promise<KeyHealth> {
  const asked = keyHealth(of);
  if (asked === undefined) return { problem: `${of.venue} does not say what keys may do there`, because: "hidden" };
  try {
    return await within(clock, { ms: TIMEOUT_MS, who: of.venue }, asked());
  } catch (error) {
    return { problem: messageOf(error) };
  }
}
