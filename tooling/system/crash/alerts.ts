import type { Random } from "../../fakes/random.ts";

export type AlertBody = Record<string, string | number> & { account: string; symbol: string; idempotencyKey: string };

/** Every entry of this symbol carries a stop, so whatever is open in it must be guarded. */
export const GUARDED_SYMBOL = "DDDUSDT.P";
const SYMBOLS = ["AAAUSDT", "BBBUSDT.P", "CCCUSDT.P", GUARDED_SYMBOL] as const;
const ACCOUNTS = ["main", "other"] as const;
const ACTIONS = ["buy", "buy", "sell", "long", "short", "close"] as const;

/** A market order for one of a few lanes, so that lanes are busy: entries, reversals, exits, stops. */
export function randomAlert(random: Random): AlertBody {
  const symbol = random.pick(SYMBOLS);
  const guarded = symbol === GUARDED_SYMBOL;
  // Spot cannot be short, and a guarded net order would leave its neighbours' stops too large.
  const action =
    symbol === "AAAUSDT"
      ? random.pick(["buy", "long", "close"])
      : guarded
        ? guardedAction(random)
        : random.pick(ACTIONS);
  return {
    account: random.pick(ACCOUNTS),
    symbol,
    action,
    price: "100",
    idempotencyKey: random.uuid(),
    ...(action === "close" ? {} : { quantity: String(random.integer(1, 5)) }),
    ...(guarded && action !== "close" ? { stopLoss: "50%" } : {}),
  };
}

function guardedAction(random: Random): string {
  return random.pick(["long", "short", "close"]);
}
