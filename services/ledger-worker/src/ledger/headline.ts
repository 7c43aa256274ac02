import { absolute, compare, isNegative, isZero, subtract, type Decimal } from "#contracts/decimal";
import type { Outcome } from "#contracts/outcome";
import { isExit, sizeWords, type Signal } from "#contracts/signal";
import { figure, gainWords, positionWords } from "./amounts.ts";
import { lastClose } from "./main-legs.ts";
import { positionOf } from "./positions.ts";
import { closes, entrySide, isMain, type LegRow, type SignalRow } from "./rows.ts";
import type { Tx } from "./tx.ts";
import { actionWords, roleWords } from "./words.ts";

const TITLE_LENGTH = 300;

const labels: Readonly<Record<Outcome, string>> = {
  filled: "Filled",
  working: "Working",
  superseded: "Superseded",
  expired: "Expired",
  halted: "Halted",
  refused: "Refused",
  rejected: "Rejected",
  failed: "Failed",
};

/** How a signal ended, in one line that stands alone: what happened and at what price, or why it did not. */
export function headlineOf(tx: Tx, row: SignalRow, outcome: Outcome): string {
  const done = tx.legs(row.request_id).filter((leg) => isMain(leg) && !isZero(leg.filled_quantity));
  const left = leftOpen(tx, row, outcome);
  if (outcome === "filled" && done.length > 0) {
    const open = isZero(left) ? "" : `, ${positionWords(left)} is still open`;
    return titled(tx, `${executed(tx.bodyOf(row), done)}${open}`);
  }
  const what = isZero(left)
    ? `${labels[outcome]}: ${intentWords(tx.bodyOf(row))}`
    : `Not closed (${outcome}): ${intentWords(tx.bodyOf(row))}, ${positionWords(left)} is still open`;
  if (outcome === "working") {
    return titled(tx, [what, ...done.map((leg) => `${figure(leg.filled_quantity)} filled so far`)].join(", "));
  }
  return titled(tx, what, row.reason ?? undefined);
}

/** What a protective or emergency order did: `Stop filled: sold 1 BTCUSDT at 98, loss -2.1 USDT`. */
export function legHeadline(tx: Tx, leg: LegRow): string {
  const done = `${roleWords(leg)} filled: ${doneWords(leg, leg.side === "buy" ? "bought" : "sold")}`;
  return titled(tx, `${done}, ${gainOf(leg) ?? ""}`);
}

/** The position that stays although the signal was to close it, or to turn it around; "0" when none does. */
export function leftOpen(tx: Tx, row: SignalRow, outcome: Outcome): Decimal {
  if (outcome === "working" || outcome === "superseded") return "0";
  if (outcome === "filled" && !isCutShort(tx, row)) return "0";
  const held = positionOf(tx, row.symbol).quantity;
  if (isZero(held)) return "0";
  const side = isNegative(held) ? "sell" : "buy";
  const signal = tx.bodyOf(row);
  if (isExit(signal)) return closes(row.action, side) ? held : "0";
  if (signal.size && "target" in signal.size) {
    const { target } = signal.size;
    const wantsLess = isNegative(target) !== isNegative(held) || compare(absolute(target), absolute(held)) < 0;
    return wantsLess ? held : "0";
  }
  return (row.action === "long" || row.action === "short") && entrySide(row.action) !== side ? held : "0";
}

/** True for an exit whose order the venue ended by itself before it had filled. */
function isCutShort(tx: Tx, { is_exit, request_id }: SignalRow): boolean {
  const close = is_exit === 1 ? lastClose(tx, request_id) : undefined;
  return close?.status === "done" && close.order_status !== "filled" && close.cancel_reason === null;
}

/** `buy 0.01 BTCUSDT`, `long BTCUSDT for 5 % of equity`, `target 0.5 BTCUSDT` */
function intentWords(signal: Signal): string {
  const { size, symbol, quantity } = signal;
  const words = size && sizeWords(size, symbol);
  const said =
    size && "target" in size
      ? [words, symbol]
      : [actionWords(signal), quantity, symbol, ...(words === undefined ? [] : [`for ${words}`])];
  const price = signal.orderType === "limit" && signal.price !== undefined ? [`at ${signal.price}`] : [];
  return [...said, ...price].filter((part) => part !== undefined).join(" ");
}

const opened = { buy: "Bought", sell: "Sold", long: "Opened long", short: "Opened short" } as const;

function executed(signal: Signal, done: readonly LegRow[]): string {
  const toward = signal.size && "target" in signal.size ? ` (${sizeWords(signal.size)})` : "";
  return done
    .map((leg, index) => {
      const last = index === done.length - 1;
      const what = `${doneWords(leg, verbOf(signal, leg))}${last ? toward : ""}`;
      const won = gainOf(leg);
      const says = won === undefined ? what : `${what}: ${won}`;
      return index === 0 ? says : `then ${says.charAt(0).toLowerCase()}${says.slice(1)}`;
    })
    .join(", ");
}

function verbOf({ action }: Signal, leg: LegRow): string {
  if (leg.role === "close") return leg.side === "sell" ? "Closed long" : "Closed short";
  return action === "long" || action === "short" ? opened[action] : opened[leg.side];
}

function doneWords(leg: LegRow, verb: string): string {
  const rest =
    leg.quantity !== null && compare(leg.filled_quantity, leg.quantity) < 0 ? ` of ${figure(leg.quantity)}` : "";
  const price = leg.average_price === null ? "" : ` at ${figure(leg.average_price)}`;
  return `${verb} ${figure(leg.filled_quantity)}${rest} ${leg.symbol}${price}`;
}

/** What an order realised, less its own fee; undefined for one that closed nothing. */
function gainOf(leg: LegRow): string | undefined {
  if (leg.role === "entry" && isZero(leg.profit)) return undefined;
  return gainWords(subtract(leg.profit, leg.fee), leg.symbol);
}

/** The ledger always shows: what is too long is taken from the reason. */
function titled(tx: Tx, what: string, reason?: string): string {
  const end = ` · ${tx.ledger}`;
  const room = TITLE_LENGTH - what.length - end.length - 3;
  const why = reason === undefined ? "" : asClause(reason);
  if (why === "" || room < 20) return `${what.slice(0, TITLE_LENGTH - end.length)}${end}`;
  return `${what} · ${why.length > room ? `${why.slice(0, room - 1)}…` : why}${end}`;
}

/** A sentence as the end of another: without its stop, and small unless its first word is a name. */
function asClause(sentence: string): string {
  const text = sentence.trim().replace(/\.$/, "");
  return /^[A-Z][a-z' ]/.test(text) ? text.charAt(0).toLowerCase() + text.slice(1) : text;
}
