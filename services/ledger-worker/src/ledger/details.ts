import { add, isZero, subtract, type Decimal } from "#contracts/decimal";
import { laneOf } from "#contracts/ids";
import type { Outcome } from "#contracts/outcome";
import { currencyOf, currencyWords } from "#contracts/quote";
import { sizeWords, type Signal } from "#contracts/signal";
import { figure, gain, money, positionWords } from "./amounts.ts";
import { leftOpen } from "./headline.ts";
import { positionOf, profitOfDay } from "./positions.ts";
import { isMain, type LegRow, type SignalRow } from "./rows.ts";
import { triggerPrice } from "./trigger.ts";
import type { Tx } from "./tx.ts";

export type Details = { label: string; value: string }[];

/** What stands below the line: the figures of these orders, what they led to, and where they belong. */
export function detailsOf(tx: Tx, row: SignalRow, legs: readonly LegRow[]): Details {
  const signal = tx.bodyOf(row);
  const done = legs.filter((leg) => !isZero(leg.filled_quantity));
  const last = done.at(-1);
  return listed([
    ["Asked", signal.size && sizeWords(signal.size, signal.symbol)],
    ["Price", last?.average_price ? figure(last.average_price) : undefined],
    ["Quantity", last ? figure(last.filled_quantity) : signal.quantity],
    ...(last ? results(tx, row.symbol, done) : []),
    ["Guard", guardWords(signal, done)],
    ["Reason", saysMore(row, legs) ? (row.reason ?? undefined) : undefined],
    ["Lane", `${laneOf(signal)} #${row.seq}`],
    ["Replay", row.generation === 0 ? undefined : `no. ${row.generation} (${row.replay_id ?? ""})`],
    ["Strategy", signal.strategy],
    ["Latency", latencyWords(tx, row, done)],
    ["Valid until", row.ended === 0 || row.outcome === "expired" ? new Date(row.valid_until).toISOString() : undefined],
  ]);
}

/** What to do while a position is being closed by itself. */
export const CLOSES_ITSELF: Details[number] = {
  label: "Next",
  value: "Nothing yet: it is being closed at the market, and you are told if that does not work.",
};

/** What to do about a signal that did not end well. */
export function nextSteps(tx: Tx, row: SignalRow, outcome: Outcome): Details {
  if (outcome === "failed") {
    return [{ label: "Next", value: `See npx hoox trace ${row.request_id} and npx hoox dlq list; the lane goes on.` }];
  }
  const left = leftOpen(tx, row, outcome);
  if (isZero(left)) return [];
  const { account, venue, symbol } = tx.bodyOf(row);
  const [side] = positionWords(left).split(" ");
  const close = `npx hoox send --account ${account} --venue ${venue} --symbol ${symbol} --action close_${side ?? ""}`;
  const first = outcome === "halted" ? "Trading is stopped: /resume in the chat, or npx hoox kill-switch show. " : "";
  // A venue refuses to reduce what it does not hold, in words of its own.
  const gone =
    outcome === "rejected"
      ? ` If npx hoox positions shows nothing of it there: npx hoox positions reconcile ${tx.ledger} ${symbol}.`
      : "";
  return [{ label: "Next", value: `${first}Close it with ${close}, or on the venue's screen.${gone}` }];
}

function results(tx: Tx, symbol: string, done: readonly LegRow[]): [label: string, value: string | undefined][] {
  const fee = sum(done.map((leg) => leg.fee));
  const profit = sum(done.map((leg) => leg.profit));
  const closed = done.some((leg) => leg.role !== "entry") || !isZero(profit);
  const { quantity, averagePrice, realisedProfit, fees } = positionOf(tx, symbol);
  return [
    ["Fee", isZero(fee) ? undefined : money(fee, symbol)],
    ["Profit", closed ? `${gain(subtract(profit, fee), symbol)} after fees` : undefined],
    ["Today", `${gainOfDay(tx, symbol)} realised in ${tx.ledger}, fees counted`],
    ["So far", `${gain(subtract(realisedProfit, fees), symbol)} with ${symbol} since the beginning`],
    ["Position", `${positionWords(quantity)}${averagePrice === undefined ? "" : ` at ${figure(averagePrice)}`}`],
  ];
}

/** Of all symbols that are traded in the same currency. */
export function gainOfDay(tx: Tx, symbol: string): string {
  const currency = currencyOf(symbol);
  const profit = gain(profitOfDay(tx, currency));
  return currency === undefined ? profit : `${profit} ${currencyWords(currency)}`;
}

/** Where what guards the filled entry is placed; should that fail, the position is closed and the trader told. */
function guardWords(signal: Signal, done: readonly LegRow[]): string | undefined {
  const entry = done.find((leg) => leg.role === "entry");
  if (!entry) return undefined;
  const stop = triggerPrice(signal, { role: "stop", target: null }, entry);
  const targets = (signal.takeProfits ?? []).flatMap(
    (_, target) => triggerPrice(signal, { role: "target", target }, entry) ?? [],
  );
  const words = [
    ...(stop === undefined ? [] : [`stop at ${figure(stop)}`]),
    ...(targets.length === 0 ? [] : [`take profit at ${targets.map(figure).join(", ")}`]),
  ];
  return words.join("; ");
}

/** The line above has said it all of an order that filled whole. */
function saysMore(row: SignalRow, legs: readonly LegRow[]): boolean {
  if (row.outcome !== "filled") return true;
  return legs.some((leg) => leg.status === "done" && (leg.order_status !== "filled" || leg.reason !== null));
}

function latencyWords(tx: Tx, row: SignalRow, done: readonly LegRow[]): string | undefined {
  const sent = done.flatMap((leg) => (isMain(leg) && leg.sent_at !== null ? [leg.sent_at] : []));
  if (sent.length === 0) return undefined;
  return `sent ${Math.min(...sent) - row.accepted_at} ms after acceptance, filled after ${tx.now - row.accepted_at} ms`;
}

function listed(lines: [label: string, value: string | undefined][]): Details {
  return lines.flatMap(([label, value]) => (value === undefined || value === "" ? [] : [{ label, value }]));
}

function sum(values: readonly Decimal[]): Decimal {
  return values.reduce((total, value) => add(total, value), "0");
}
