import type { KillSwitchMode } from "#contracts/kill-switch";
import type { VenueMood } from "./mesh/venue.ts";
import { drawOutages, type Outage } from "./outages.ts";
import type { Random } from "./random.ts";

export const WEBHOOK_KEY = "the-simulated-key";

export interface PlannedAlert {
  /** Milliseconds after the beginning. */
  readonly at: number;
  readonly body: string;
  /** Equal for alerts that are one and the same to the sender. */
  readonly name: string;
}

export interface Scenario {
  readonly accounts: readonly string[];
  readonly alerts: readonly PlannedAlert[];
  readonly prices: readonly { at: number; account: string; symbol: string; price: string }[];
  readonly killSwitch: readonly { at: number; mode: KillSwitchMode; through: "object" | "kv" }[];
  /** Messages that nobody can read, put on a queue by hand. */
  readonly strays: readonly {
    at: number;
    queue: "records" | "notifications" | "system-logs" | "trade-signals";
    id: string;
  }[];
  readonly outages: readonly Outage[];
  readonly mood: VenueMood;
  /** Faults end here. */
  readonly calmAt: number;
}

interface Lane {
  readonly account: string;
  readonly symbol: string;
  readonly base: number;
  /** Alerts 1 ms apart. */
  readonly burst: boolean;
}

/** What is traded, around which price. */
export const markets: readonly { symbol: string; base: number }[] = [
  { symbol: "BTCUSDT.P", base: 60_000 },
  { symbol: "ETHUSDT.P", base: 3_000 },
  { symbol: "SOLUSDT", base: 200 },
  { symbol: "XRPUSDT", base: 2 },
];

/** What happens to the mesh in one seed. */
export function drawScenario(random: Random): Scenario {
  const accounts = ["main", "second"] as const;
  const lengthMs = random.integer(5_000, 90_000);
  const lanes: Lane[] = [];
  for (const account of accounts) {
    for (const { symbol, base } of markets) {
      if (random.chance(0.35)) lanes.push({ account, symbol, base, burst: random.chance(0.3) });
    }
  }
  if (lanes.length === 0) lanes.push({ account: "main", symbol: "BTCUSDT.P", base: 60_000, burst: random.chance(0.5) });
  const alerts = drawAlerts(random, lanes, lengthMs);
  const last = Math.max(...alerts.map((each) => each.at));
  const calmAt = last + random.integer(0, 40_000);
  return {
    accounts,
    alerts,
    prices: drawPrices(random, lanes, calmAt),
    killSwitch: drawKillSwitch(random, lengthMs),
    strays: drawStrays(random, lengthMs),
    outages: drawOutages(random, calmAt),
    mood: {
      idMode: random.pick(["unique", "unique", "unique_while_open"]),
      down: random.chance(0.15) ? [windowOf(random, lengthMs, 45_000)] : [],
    },
    calmAt,
  };
}

function drawAlerts(random: Random, lanes: readonly Lane[], lengthMs: number): PlannedAlert[] {
  const alerts: PlannedAlert[] = [];
  const count = random.integer(10, 18);
  while (alerts.length < count) {
    const lane = lanes[random.integer(0, lanes.length - 1)];
    if (lane === undefined) break;
    const at = random.integer(0, lengthMs);
    const size = lane.burst ? random.integer(2, 5) : 1;
    for (let index = 0; index < size; index += 1) {
      const name = `alert-${alerts.length}`;
      const alert = { at: at + index, body: drawBody(random, lane, name), name };
      alerts.push(alert);
      // TradingView sends the same bytes again; within the window that a body's hash is held.
      if (random.chance(0.15)) alerts.push({ ...alert, at: alert.at + random.skewed(1, 15_000) });
    }
  }
  return alerts.toSorted((a, b) => a.at - b.at);
}

function drawBody(random: Random, lane: Lane, name: string): string {
  const perpetual = lane.symbol.endsWith(".P");
  const action = perpetual
    ? random.pick(["buy", "sell", "buy", "long", "long", "short", "short", "close_long", "close_short", "close"])
    : random.pick(["buy", "buy", "long", "sell", "close_long", "close"]);
  const exit = action.startsWith("close");
  const price = lane.base * (1 + random.integer(-50, 50) / 10_000);
  const limit = !exit && random.chance(0.2);
  const protect = !exit && random.chance(0.2);
  const body: Record<string, unknown> = {
    apiKey: WEBHOOK_KEY,
    account: lane.account,
    symbol: lane.symbol,
    action,
    price: decimal(limit ? price * (action === "buy" || action === "long" ? 0.998 : 1.002) : price),
    comment: name,
  };
  if (limit) body["orderType"] = "limit";
  if (!exit || random.chance(0.2)) body["quantity"] = `0.0${random.integer(1, 9)}`;
  if (protect) {
    body["stopLoss"] = `${random.integer(1, 3)}%`;
    if (random.chance(0.6)) body["takeProfit"] = `${random.integer(1, 3)}%`;
  }
  if (random.chance(0.5)) body["idempotencyKey"] = name;
  return JSON.stringify(body);
}

function drawPrices(random: Random, lanes: readonly Lane[], lengthMs: number): Scenario["prices"] {
  return lanes.flatMap(({ account, symbol, base }) =>
    Array.from({ length: random.integer(0, 6) }, () => ({
      at: random.integer(0, lengthMs),
      account,
      symbol,
      price: decimal(base * (1 + random.integer(-300, 300) / 10_000)),
    })),
  );
}

function drawKillSwitch(random: Random, lengthMs: number): Scenario["killSwitch"] {
  if (!random.chance(0.08)) return [];
  const at = random.integer(0, lengthMs);
  const through = random.pick<"object" | "kv">(["object", "object", "kv"]);
  return [
    { at, mode: random.pick(["entries", "all"]), through },
    { at: at + random.integer(1_000, 30_000), mode: "off", through },
  ];
}

function drawStrays(random: Random, lengthMs: number): Scenario["strays"] {
  if (!random.chance(0.4)) return [];
  return Array.from({ length: random.integer(1, 3) }, (_, index) => ({
    at: random.integer(0, lengthMs),
    queue: random.pick(["records", "notifications", "system-logs", "trade-signals"]),
    id: `stray-${index}`,
  }));
}

function windowOf(random: Random, lengthMs: number, longestMs: number): { from: number; to: number } {
  const from = random.integer(0, lengthMs);
  return { from, to: from + random.skewed(1_000, longestMs) };
}

function decimal(value: number): string {
  return value.toFixed(4).replace(/\.?0+$/, "");
}
