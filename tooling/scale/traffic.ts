import { Random } from "../fakes/random.ts";

export const DAY_SECONDS = 86_400;

export interface Traffic {
  /** Alerts by account. */
  perAccount: Uint32Array;
  /** Which account sends each alert, and in which second of the day. */
  accounts: Uint32Array;
  seconds: Uint32Array;
}

/** Alerts that fire at the close of a bar, by the bar's length in minutes; the rest come at any time. */
const AT_CLOSE: readonly [minutes: number, share: number][] = [
  [1, 0.15],
  [5, 0.15],
  [15, 0.15],
  [60, 0.15],
];
/** TradingView spreads a close over so many seconds. */
const SPREAD_SECONDS = 3;

/**
 * A day: few accounts send much and most send little (the n-th busiest 1/n of the busiest), and six alerts of ten come
 * when a bar closes, all at once.
 */
export function dayOf({ alerts, accounts, seed }: { alerts: number; accounts: number; seed: number }): Traffic {
  const random = new Random(seed, "traffic");
  const busy = cumulated(Array.from({ length: accounts }, (_, index) => 1 / (index + 1)));
  const traffic: Traffic = {
    perAccount: new Uint32Array(accounts),
    accounts: new Uint32Array(alerts),
    seconds: new Uint32Array(alerts),
  };
  for (let alert = 0; alert < alerts; alert += 1) {
    const account = indexOf(busy, random.fraction());
    traffic.accounts[alert] = account;
    traffic.perAccount[account] = (traffic.perAccount[account] ?? 0) + 1;
    traffic.seconds[alert] = secondOf(random);
  }
  return traffic;
}

function secondOf(random: Random): number {
  let pick = random.fraction();
  for (const [minutes, share] of AT_CLOSE) {
    if (pick < share) {
      const close = random.integer(0, DAY_SECONDS / (minutes * 60) - 1) * minutes * 60;
      return close + random.integer(0, SPREAD_SECONDS - 1);
    }
    pick -= share;
  }
  return random.integer(0, DAY_SECONDS - 1);
}

function cumulated(weights: readonly number[]): Float64Array {
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  let sum = 0;
  return Float64Array.from(weights, (weight) => (sum += weight / total));
}

function indexOf(cumulative: Float64Array, at: number): number {
  let [low, high] = [0, cumulative.length - 1];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((cumulative[middle] ?? 1) < at) low = middle + 1;
    else high = middle;
  }
  return low;
}
