import { parseClientOrderId } from "#contracts/ids";
import { absolute, add, compare, isZero, subtract } from "#contracts/decimal";
import type { PaperBook, PaperOrder } from "../../../services/trade-worker/src/venues/paper/rpc.ts";
import { GUARDED_SYMBOL } from "./alerts.ts";

type Row = Record<string, string | number | null>;

/** Everything there is to be judged by, once nothing is under way any more. */
export interface Evidence {
  /** Request ids that were answered 202. */
  acknowledged: ReadonlySet<string>;
  books: ReadonlyMap<string, PaperBook>;
  signals: readonly Row[];
  orders: readonly Row[];
  /** Every message that reached the chat. */
  told: readonly string[];
  positions: readonly Row[];
}

/** One sentence per violation; none means that the promise held. */
export function judge(evidence: Evidence): string[] {
  const booked = [...evidence.books].flatMap(([ledger, { orders }]) => orders.map((order) => ({ ...order, ledger })));
  return [
    ...lost(evidence),
    ...untold(evidence),
    ...doubled(booked),
    ...invented(booked, evidence),
    ...misreported(booked, evidence),
    ...inverted(booked, evidence),
    ...misplaced(evidence),
    ...unguarded(evidence),
  ];
}

type Booked = PaperOrder & { ledger: string };
/** Nothing in the alerts rests at the venue, so `working` is no end. */
const TERMINAL = ["filled", "superseded", "expired", "halted", "rejected", "refused", "failed"];

function lost({ acknowledged, signals }: Evidence): string[] {
  const outcomes = new Map(signals.map((row) => [row["request_id"], String(row["outcome"])]));
  return [...acknowledged].flatMap((id) => {
    const outcome = outcomes.get(id);
    if (outcome === undefined) return [`lost: ${id} was acknowledged and has no row in signals`];
    return TERMINAL.includes(outcome) ? [] : [`lost: ${id} was acknowledged and ended as ${outcome}`];
  });
}

function untold({ acknowledged, told }: Evidence): string[] {
  return [...acknowledged]
    .filter((id) => !told.some((text) => text.includes(id)))
    .map((id) => `untold: nobody heard how ${id} ended`);
}

function doubled(booked: readonly Booked[]): string[] {
  const byId = Map.groupBy(booked, (order) => order.clientOrderId);
  return [...byId].flatMap(([id, orders]) =>
    orders.length === 1 ? [] : [`doubled: the venue booked ${id} ${orders.length} times`],
  );
}

function invented(booked: readonly Booked[], { signals }: Evidence): string[] {
  const known = new Set(signals.map((row) => row["request_id"]));
  return booked
    .filter((order) => !known.has(parseClientOrderId(order.clientOrderId)?.requestId ?? ""))
    .map((order) => `invented: the order ${order.clientOrderId} belongs to no signal`);
}

function misreported(booked: readonly Booked[], { orders }: Evidence): string[] {
  const rows = new Map(orders.map((row) => [row["client_order_id"], row]));
  const ids = new Set(booked.map((order) => order.clientOrderId));
  const dreamt = orders.filter(
    (row) => !isZero(String(row["filled_quantity"])) && !ids.has(String(row["client_order_id"])),
  );
  const unrecorded = booked.flatMap(({ clientOrderId, status, filledQuantity }) => {
    const row = rows.get(clientOrderId);
    if (row === undefined) return [`misreported: the venue's order ${clientOrderId} has no row in orders`];
    if (row["status"] === status && compare(String(row["filled_quantity"]), filledQuantity) === 0) return [];
    const found = `${row["status"]} with ${row["filled_quantity"]} filled`;
    return [`misreported: ${clientOrderId} is ${status} with ${filledQuantity} filled, its row says ${found}`];
  });
  return [
    ...unrecorded,
    ...dreamt.map((row) => `misreported: ${row["client_order_id"]} is filled on record and unknown to the venue`),
  ];
}

/** Entries and closes reach the venue in order of acceptance; only an exit may pass, behind a signal in doubt. */
function inverted(booked: readonly Booked[], { signals }: Evidence): string[] {
  const rows = new Map(signals.map((row) => [row["request_id"], row]));
  const sent = booked.flatMap((order) => {
    const of = parseClientOrderId(order.clientOrderId);
    const row = of && rows.get(of.requestId);
    if (of === undefined || row === undefined || (of.leg !== "e" && of.leg !== "c")) return [];
    const exit = String(row["action"]).startsWith("close");
    return [{ lane: String(row["lane"]), seq: Number(row["seq"]), number: order.number, exit, id: of.requestId }];
  });
  return [...Map.groupBy(sent, (each) => each.lane).values()].flatMap((lane) =>
    lane.flatMap((later) =>
      lane
        .filter((earlier) => earlier.seq < later.seq && earlier.number > later.number && !later.exit)
        .map((earlier) => `inverted: ${later.id} (number ${later.seq}) was sent before ${earlier.id} (${earlier.seq})`),
    ),
  );
}

function misplaced({ books, positions }: Evidence): string[] {
  const rows = new Map(
    positions.map((row) => [`${row["account"]}:${row["venue"]}:${row["symbol"]}`, String(row["quantity"])]),
  );
  return [...books].flatMap(([ledger, book]) =>
    book.positions.flatMap(({ symbol, quantity }) => {
      const found = rows.get(`${ledger}:${symbol}`) ?? "0";
      return compare(found, quantity) === 0
        ? []
        : [`misplaced: ${ledger} ${symbol} is ${quantity} at the venue and ${found} on record`];
    }),
  );
}

function unguarded({ books }: Evidence): string[] {
  return [...books].flatMap(([ledger, { positions, orders }]) => {
    const open = positions.find((position) => position.symbol === GUARDED_SYMBOL)?.quantity ?? "0";
    if (isZero(open)) return [];
    const guard = orders
      .filter((order) => order.symbol === GUARDED_SYMBOL && order.type === "stop" && order.status === "working")
      .reduce((sum, order) => add(sum, subtract(order.quantity, order.filledQuantity)), "0");
    return compare(guard, absolute(open)) >= 0
      ? []
      : [`unguarded: ${ledger} holds ${open} ${GUARDED_SYMBOL} and stops for ${guard}`];
  });
}
