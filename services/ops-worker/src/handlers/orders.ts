import type * as z from "zod";
import type { SignalView } from "#contracts/ledger";
import { databaseRoutes, type OrderRow } from "#contracts/routes/database";
import type { opsRoutes } from "#contracts/routes/ops";
import type { OpsHandlers } from "../call.ts";
import { askLedgers } from "../ledgers.ts";

type Query = z.infer<typeof opsRoutes.orders.query>;

/** What the database has stored, and what the ledgers have not ended yet. */
export const listOrders: OpsHandlers["orders"] = async ({ requestId, query }, deps) => {
  const wantsOpen = query.outcome === undefined || query.outcome === "open";
  const [stored, ledgers] = await Promise.all([
    deps.database.ask(databaseRoutes.orders, { requestId, query }),
    wantsOpen ? askLedgers(deps, (ledger) => ledger.lanes()) : { answers: [], problems: [] },
  ]);
  const known = new Set(stored.orders.map((each) => each.request_id));
  const open = ledgers.answers
    .flatMap(({ answer }) => answer.flatMap((lane) => lane.signals))
    .filter((signal) => !known.has(signal.requestId))
    .map(asRow)
    .filter((each) => fits(each, query));
  const orders = [...stored.orders, ...open].toSorted((a, b) => a.created_at.localeCompare(b.created_at));
  return {
    ...stored,
    orders: orders.slice(-query.limit),
    ...(ledgers.problems.length === 0 ? {} : { problems: ledgers.problems }),
  };
};

function fits(order: OrderRow, { since, strategy, symbol }: Query): boolean {
  const wanted = [
    [strategy, order.strategy],
    [symbol, order.symbol],
  ];
  return order.created_at >= (since ?? "") && wanted.every(([want, is]) => want === undefined || want === is);
}

/** The row that the signal will have once it has ended. */
function asRow({ requestId, lane, seq, action, strategy, quantity, state, reason, acceptedAt }: SignalView): OrderRow {
  const [account = null, venue = null, symbol = null] = lane.split(":");
  return {
    request_id: requestId,
    created_at: acceptedAt.toISOString(),
    strategy: strategy ?? null,
    account,
    venue,
    symbol,
    lane,
    seq,
    action,
    quantity: quantity ?? null,
    order_type: null,
    price: null,
    outcome: null,
    state,
    code: null,
    reason: reason ?? "",
    filled_quantity: null,
    average_price: null,
    settled_at: null,
    first_request_id: null,
    orders: [],
    fills: [],
  };
}
