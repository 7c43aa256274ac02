import type { Action } from "#contracts/signal";
import type { Random } from "../fakes/random.ts";
import { EPOCH } from "./world.ts";

export const WEBHOOK_KEY = "the-simulated-key";

export interface PlannedAlert {
  /** As it stands in a schedule; a copy has its own. */
  readonly id: string;
  /** Equal for alerts that are one and the same to the sender. */
  readonly name: string;
  /** Milliseconds after the beginning. */
  readonly at: number;
  readonly body: string;
  /** What its sender calls it; absent: its body says it. */
  readonly key: string | undefined;
}

export interface Lane {
  readonly account: string;
  readonly symbol: string;
  readonly base: number;
  /** Every entry brings its stop. */
  readonly guarded: boolean;
  /** Some entries are limit orders. */
  readonly limits: boolean;
}

export interface Beat {
  readonly action: Exclude<Action, "target">;
  readonly afterMs: number;
  readonly limit?: boolean;
  readonly protect?: boolean;
  /** So many targets; else one or none, by chance. */
  readonly targets?: number;
  readonly part?: boolean;
  /** Filled at once, and larger than what the venue takes at the market: it is closed in parts. */
  readonly large?: boolean;
  /** The position to arrive at, signed; the action is then only what the strategy calls it. */
  readonly target?: string;
}

const FEWEST = 20;
/** Sent before the body's hash is forgotten, and after. */
const COPY_AFTER_MS = [1, 1_500, 20_000, 29_000, 45_000] as const;
/** So many alerts are sent again, most of them more than once. */
const COPIED = 0.12;
/** By chance alone one in so many alerts takes the key of another. */
const STOLEN_KEY = 0.03;
/** So many alerts say that they were fired long ago, which leaves them some seconds. */
const HURRIED = 0.1;

/** Alerts as strategies send them: reversals, exits behind entries, entries with protection, copies. */
export function drawStories(random: Random, lanes: readonly Lane[], lengthMs: number): PlannedAlert[] {
  const alerts: PlannedAlert[] = [];
  let number = 0;
  while (number < FEWEST) {
    const lane = lanes[random.integer(0, lanes.length - 1)];
    if (lane === undefined) break;
    let at = random.integer(0, lengthMs);
    for (const beat of drawStory(random, lane)) {
      at += beat.afterMs;
      alerts.push(...drawAlert(random, lane, beat, { name: `alert-${number}`, at, before: alerts.at(-1) }));
      number += 1;
    }
  }
  return alerts.toSorted((a, b) => a.at - b.at);
}

function drawStory(random: Random, lane: Lane): Beat[] {
  const soon = (): number => random.pick([1, 1, 5, 200, 1_500, 6_000, 20_000]);
  const limit = lane.limits && random.chance(0.5);
  const protect = lane.guarded || random.chance(0.15);
  const opens: Beat = { action: random.pick(["buy", "long"]), afterMs: 0, limit, protect, large: limit && !protect };
  const sells: Beat = { action: random.pick(["sell", "short"]), afterMs: 0, limit, protect };
  const spot = !lane.symbol.endsWith(".P");
  const stories: Beat[][] = [
    [opens],
    [opens, { action: "close_long", afterMs: 10 * soon(), ...(limit ? { target: "0" } : {}) }],
    [opens, { action: "close", afterMs: soon(), part: random.chance(0.4) }],
    [opens, { ...opens, afterMs: soon() }, { ...opens, afterMs: soon() }, { action: "close_long", afterMs: soon() }],
    [
      { ...opens, limit: true, large: false },
      { action: "close_long", afterMs: soon() },
    ],
    [{ ...opens, protect: true }],
  ];
  const both: Beat[][] = [
    [sells],
    [
      { action: "long", afterMs: 0, protect },
      { action: "short", afterMs: soon(), protect },
    ],
    [
      { action: "short", afterMs: 0, protect },
      { action: "long", afterMs: soon(), protect },
    ],
    [opens, { action: "close_long", afterMs: soon() }, { action: "short", afterMs: soon(), protect }],
    // As some strategies do it, the wrong way round.
    [opens, { action: "short", afterMs: soon(), protect }, { action: "close_long", afterMs: soon() }],
    [sells, { action: "close_short", afterMs: soon() }, { ...opens, afterMs: soon() }],
    [sells, { action: "close_long", afterMs: soon() }, { action: "close", afterMs: soon() }],
  ];
  const wants = (target: string): Beat => ({ action: "buy", afterMs: soon(), target });
  stories.push(spot ? [wants("0.06"), wants("0.02")] : [wants("0.05"), wants("-0.03"), wants("0")]);
  const all = spot ? [...stories, [{ action: "sell" as const, afterMs: 0, limit }]] : [...stories, ...both];
  return all[random.integer(0, all.length - 1)] ?? [opens];
}

export function drawAlert(
  random: Random,
  lane: Lane,
  beat: Beat,
  of: { name: string; at: number; before: PlannedAlert | undefined },
): PlannedAlert[] {
  const { name, at, before } = of;
  const stolen = random.chance(STOLEN_KEY) ? before?.key : undefined;
  const key = stolen ?? (random.chance(0.5) ? name : undefined);
  const sentAt = random.chance(HURRIED)
    ? new Date(EPOCH + at - random.integer(45_000, 57_000)).toISOString()
    : undefined;
  const alert = { id: name, name, at, body: drawBody(random, lane, beat, { name, key, sentAt }), key };
  if (!random.chance(COPIED)) return [alert];
  const copies = COPY_AFTER_MS.filter(() => random.chance(0.4));
  return [alert, ...copies.map((after) => ({ ...alert, id: `${name}-copy-${after}`, at: at + after }))];
}

function drawBody(
  random: Random,
  lane: Lane,
  beat: Beat,
  of: { name: string; key: string | undefined; sentAt: string | undefined },
): string {
  const exit = beat.action.startsWith("close");
  const rises = beat.action === "buy" || beat.action === "long";
  const price = lane.base * (1 + random.integer(-50, 50) / 10_000);
  const body: Record<string, unknown> = {
    apiKey: WEBHOOK_KEY,
    account: lane.account,
    symbol: lane.symbol,
    action: beat.action,
    price: decimal(beat.limit ? price * (rises === (beat.large === true) ? 1.002 : 0.998) : price),
    comment: of.name,
  };
  if (of.sentAt !== undefined) body["time"] = of.sentAt;
  if (of.key !== undefined) body["idempotencyKey"] = of.key;
  if (beat.target !== undefined) return JSON.stringify({ ...body, action: undefined, ...positionOf(beat.target) });
  if (beat.limit) body["orderType"] = "limit";
  if (!exit && random.chance(0.1)) body["sizeUsd"] = decimal(lane.base * 0.05);
  else if (!exit || beat.part) body["quantity"] = `${beat.large && !exit ? "0." : "0.0"}${random.integer(1, 9)}`;
  if (beat.protect && !exit) {
    body["stopLoss"] = `${random.integer(1, 3)}%`;
    const targets = beat.targets ?? (random.chance(0.6) ? 1 : 0);
    if (targets === 1) body["takeProfit"] = `${random.integer(1, 3)}%`;
    if (targets > 1) body["takeProfits"] = Array.from({ length: targets }, (_, index) => `${index + 1}%`);
  }
  return JSON.stringify(body);
}

/** As TradingView says it: {{strategy.market_position}} and its size. */
function positionOf(target: string): Record<string, string> {
  const side = target === "0" ? "flat" : target.startsWith("-") ? "short" : "long";
  return { market_position: side, market_position_size: target.replace("-", "") };
}

function decimal(value: number): string {
  return value.toFixed(4).replace(/\.?0+$/, "");
}
