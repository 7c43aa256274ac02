import type * as z from "zod";
import { absolute, compare, isNegative, isZero, subtract, type Decimal } from "#contracts/decimal";
import { placeOf } from "#contracts/ids";
import type { reconcileReply, reconcileRequest } from "#contracts/ledger";
import { figure, gainWords, positionWords } from "./amounts.ts";
import { gainOfDay } from "./details.ts";
import { post } from "./outbox.ts";
import { book, positionOf, type LedgerPosition } from "./positions.ts";
import { clientIdOf, isMain, isOpen, isWorking, type LegRow } from "./rows.ts";
import { finish } from "./schedule.ts";
import type { Tx } from "./tx.ts";
import { legWords, sentence } from "./words.ts";

type ReconcileRequest = z.infer<typeof reconcileRequest>;
type Booked = Extract<z.infer<typeof reconcileReply>, { status: "reconciled" }>;

/** Books what the ledger has of a position beyond what its exchange holds. It only ever makes one smaller. */
export function reconcile(tx: Tx, request: ReconcileRequest): z.infer<typeof reconcileReply> {
  const { symbol, held, price } = request;
  const problem = whyNot(tx, request);
  if (problem !== undefined) return { status: "refused", reason: problem };
  const change = subtract(held, positionOf(tx, symbol).quantity);
  const booked = { side: isNegative(change) ? "sell" : "buy", quantity: absolute(change), price } as const;
  const { position, profit } = book(tx, symbol, { ...booked, fee: "0" });
  // What guarded it is released, and nobody is asked to close it any more.
  tx.symbols.add(symbol);
  tell(tx, request, { booked, profit, position });
  finish(tx);
  const { rev: _rev, ...after } = position;
  return { status: "reconciled", booked, profit, position: after };
}

function whyNot(tx: Tx, { symbol, held, shown }: ReconcileRequest): string | undefined {
  for (const { symbol: name, quantity, rev } of shown) {
    const now = positionOf(tx, name);
    if (now.rev === rev && compare(now.quantity, quantity) === 0) continue;
    return `The ledger's ${name} has changed since the exchange was asked: it is ${positionWords(now.quantity)} now. Look again.`;
  }
  const { quantity } = positionOf(tx, symbol);
  if (!isSmaller(held, quantity)) {
    return `The ledger is ${positionWords(quantity)}, the exchange ${positionWords(held)}: only what makes a position smaller is booked.`;
  }
  for (const { symbol: name } of shown) {
    const leg = tx.liveLegs(name).find(mayMoveIt);
    if (leg) return `${sentence(stateWords(leg))} ${nextWords(leg)}`;
  }
  return undefined;
}

function isSmaller(held: Decimal, quantity: Decimal): boolean {
  const sameSide = isZero(held) || isNegative(held) === isNegative(quantity);
  return sameSide && compare(absolute(held), absolute(quantity)) < 0;
}

/** The difference may be on its way with it. A stop or target that rests as it should would have been heard of. */
function mayMoveIt(leg: LegRow): boolean {
  if (!isOpen(leg)) return false;
  return !isWorking(leg) || isMain(leg) || leg.role === "emergency" || leg.absent_at !== null;
}

function stateWords(leg: LegRow): string {
  const what = `An order of it (${legWords(leg)}, ${clientIdOf(leg)})`;
  if (isWorking(leg)) return leg.absent_at === null ? `${what} rests there` : `${what} is not known there any more`;
  return leg.status === "in_doubt" ? `${what} is in doubt` : `${what} is on its way`;
}

function nextWords({ request_id, status, order_status, absent_at }: LegRow): string {
  if (status === "sending") return "Try again in 15 seconds.";
  const look = `Look with npx hoox trace ${request_id}; `;
  if (order_status === "working" && absent_at === null)
    return `${look}cancel it on the exchange's screen, or wait until it has ended.`;
  return `${look}wait until it is known, or end it with npx hoox lanes resolve ${request_id}.`;
}

function tell(
  tx: Tx,
  { requestId, symbol, reason, by }: ReconcileRequest,
  { booked, profit, position }: Pick<Booked, "booked" | "profit"> & { position: LedgerPosition },
): void {
  const place = placeOf(tx.ledger);
  if (place === undefined) throw new Error(`${tx.ledger} is no account at a venue`);
  const { side, quantity, price } = booked;
  const verb = side === "sell" ? "sold" : "bought";
  const what = `${verb} ${figure(quantity)} ${symbol} at ${figure(price)}, ${gainWords(profit, symbol)}`;
  post(tx, {
    queue: "records",
    type: "position.reconciled",
    requestId,
    rev: 1,
    data: { ...place, ...booked, reason, by, position, at: tx.at },
  });
  post(tx, {
    queue: "notifications",
    type: "notification.requested",
    requestId,
    rev: 1,
    data: {
      severity: "warning",
      title: `Booked as the exchange has it, not traded: ${what} · ${tx.ledger}`.slice(0, 300),
      details: [
        { label: "Reason", value: reason.slice(0, 500) },
        { label: "By", value: by.slice(0, 500) },
        { label: "Position", value: positionWords(position.quantity) },
        { label: "Today", value: `${gainOfDay(tx, symbol)} realised in ${tx.ledger}, fees counted` },
      ],
      at: tx.at,
    },
  });
  tx.log("warn", "position.reconciled", `${what}; by ${by}: ${reason}`, requestId, {
    symbol,
    ...booked,
    profit,
    left: position.quantity,
  });
}
