import * as z from "zod";
import { time } from "./routes/route.ts";

/** What an API key may do at its exchange; `problem`: why nobody knows, in words for a trader. */
export const keyHealth = z.union([
  z.object({
    mayTrade: z.boolean(),
    mayWithdraw: z.boolean(),
    /** The exchange takes it from named addresses alone. */
    isBound: z.boolean(),
    /** When it stops to trade; absent: not known to. */
    expiresAt: time.optional(),
  }),
  z.object({
    problem: z.string(),
    /**
     * `unused`: the account has no key, so nothing trades there. `wrong`: the exchange does not take the key, or the account may
     * not trade. `hidden`: it takes it, the account may trade, and what the key may do is told nowhere there. Absent: it could
     * not be asked.
     */
    because: z.enum(["unused", "wrong", "hidden"]).optional(),
  }),
]);
export type KeyHealth = z.infer<typeof keyHealth>;

export interface KeyFinding {
  level: "warning" | "critical";
  what: string;
}

const DAY_MS = 86_400_000;
const SOON_DAYS = 7;

/** Why nobody knows what a key may do, though somebody should; undefined where it is known, or nobody can know. */
export function unknownOf(health: KeyHealth): string | undefined {
  return "problem" in health && health.because === undefined ? health.problem : undefined;
}

/** What is wrong with a key, in words for a trader; nothing where all is well, or not known. */
export function findingsOf(health: KeyHealth, now: Date): KeyFinding[] {
  if ("problem" in health) return health.because === "wrong" ? [{ level: "critical", what: health.problem }] : [];
  const { mayTrade, mayWithdraw, expiresAt } = health;
  const daysLeft = expiresAt === undefined ? Infinity : (Date.parse(expiresAt) - now.getTime()) / DAY_MS;
  const found: KeyFinding[] = [];
  if (!mayTrade) found.push({ level: "critical", what: "it may not trade: allow that at the exchange" });
  if (daysLeft <= 0) found.push({ level: "critical", what: `it has not been allowed to trade since ${expiresAt}` });
  else if (daysLeft <= SOON_DAYS)
    found.push({
      level: "critical",
      what: `it stops to trade in ${Math.floor(daysLeft)} days (${expiresAt}): renew it, or bind it to an address`,
    });
  if (mayWithdraw)
    found.push({ level: "warning", what: "it may withdraw: Hoox never does, so take that away at the exchange" });
  return found;
}
