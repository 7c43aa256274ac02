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

function whyNot(tx: Tx, { symbol, held, shown, resting }: ReconcileRequest): string | undefined {
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
    const leg = tx.liveLegs(name).find((each) => mayMoveIt(each, resting));
    if (leg) return `${sentence(stateWords(leg))} ${nextWords(leg)}`;
  }
  return undefined;
}

function isSmaller(held: Decimal, quantity: Decimal): boolean {
  const sameSide = isZero(held) || isNegative(held) === isNegative(quantity);
  return sameSide && compare(absolute(held), absolute(quantity)) < 0;
}

/** The difference may be on its way with it; a stop or target that was seen to rest there is none. */
function mayMoveIt(leg: LegRow, resting: readonly string[]): boolean {
  if (!isOpen(leg)) return false;
  return !isWorking(leg) || isMain(leg) || !resting.includes(clientIdOf(leg));
}

function stateWords(leg: LegRow): string {
  const what = `An order of it (${legWords(leg)}, ${clientIdOf(leg)})`;
  if (isWorking(leg)) return `${what} rests there, as far as the ledger knows`;
  return leg.status === "in_doubt" ? `${what} is in doubt` : `${what} is on its way`;
}

function nextWords(leg: LegRow): string {
  if (leg.status === "sending") return "Try again in 15 seconds.";
  const look = `Look with npx hoox trace ${leg.request_id}; `;
  if (!isWorking(leg)) return `${look}wait until it is known, or end it with npx hoox lanes resolve ${leg.request_id}.`;
  if (isMain(leg)) return `${look}cancel it on the exchange's screen, or wait until it has ended.`;
  return `${look}ask again in a minute.`;
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
