import type { OrderRow } from "#contracts/routes/database";
import { opsRoutes, type PositionView } from "#contracts/routes/ops";
import { isZero } from "#contracts/decimal";
import { listDeadLetters } from "../handlers/dead-letters.ts";
import { listOrders } from "../handlers/orders.ts";
import { listPositions } from "../handlers/positions.ts";
import { listQueues } from "../handlers/queues.ts";
import type { Answer, Respond } from "./answer.ts";

const SHOWN = 10;

/** The parts of a call without any, as the route would make it. */
export const NOTHING = { params: {}, query: {}, body: undefined } as const;

export const positions: Respond = async ({ requestId }, deps) => {
  const reply = await listPositions({ requestId, ...NOTHING }, deps);
  const open = reply.positions.filter(({ quantity }) => !isZero(quantity));
  const title =
    open.length === 0 ? "No open position" : `${open.length} open ${open.length === 1 ? "position" : "positions"}`;
  return withProblems({ title, details: open.map(positionLine) }, reply.problems);
};

export function positionLine(
  of: Pick<PositionView, "ledger" | "symbol" | "quantity" | "averagePrice" | "realisedProfit" | "fees">,
) {
  const value = `${of.quantity} at ${short(of.averagePrice ?? "?")}, realised ${short(of.realisedProfit)}, fees ${short(of.fees)}`;
  return { label: `${of.symbol} ${of.ledger}`, value };
}

export const orders: Respond = async ({ requestId, rest }, deps) => {
  const symbol = rest.trim() === "" ? undefined : rest.trim().toUpperCase();
  const query = opsRoutes.orders.query.parse({ limit: SHOWN, ...(symbol === undefined ? {} : { symbol }) });
  const reply = await listOrders({ requestId, ...NOTHING, query }, deps);
  const title =
    reply.orders.length === 0
      ? `No alert${symbol ? ` for ${symbol}` : ""} yet`
      : `The last ${reply.orders.length} alerts`;
  return withProblems({ title, details: reply.orders.toReversed().map(orderLine) }, reply.problems);
};

function orderLine(row: OrderRow): { label: string; value: string } {
  const how = row.outcome ?? row.state?.replace("_", " ") ?? "?";
  const filled = row.filled_quantity === null || isZero(row.filled_quantity) ? undefined : row.filled_quantity;
  const what = [row.action, filled ?? row.quantity, row.symbol].filter((each) => each !== null).join(" ");
  const price = row.average_price === null ? "" : ` at ${short(row.average_price)}`;
  const why = ["filled", "working"].includes(how) ? "" : `: ${row.reason.slice(0, 150)}`;
  return { label: `${row.created_at.slice(11, 19)} ${how}`, value: `${what}${price}${why} /trace ${row.request_id}` };
}

export const deadLetters: Respond = async ({ requestId }, deps) => {
  const query = opsRoutes.deadLetters.query.parse({ status: "open", limit: SHOWN });
  const { deadLetters: letters, open } = await listDeadLetters({ requestId, ...NOTHING, query }, deps);
  if (open === 0) return { title: "No dead letter is open" };
  const details = letters.map((each) => ({
    label: `${each.queue} ${each.error}`,
    value: `${each.type ?? "unreadable"}: ${each.reason.slice(0, 250)} /trace ${each.request_id}`,
  }));
  return { title: `${open} open dead ${open === 1 ? "letter" : "letters"}; mend with: npx hoox dlq list`, details };
};

export const queues: Respond = async ({ requestId }, deps) => {
  const reply = await listQueues({ requestId, ...NOTHING }, deps);
  const waiting = reply.queues.filter(({ backlogCount }) => backlogCount > 0);
  const details = waiting.map(({ queue, backlogCount, oldestMessageAt }) => ({
    label: queue,
    value: `${backlogCount}${oldestMessageAt === undefined ? "" : `, the oldest from ${moment(oldestMessageAt)}`}`,
  }));
  const title = waiting.length === 0 ? "All queues are empty" : "Messages wait";
  return withProblems({ title, details }, reply.problems);
};

export function withProblems(answer: Answer, problems: readonly string[] = []): Answer {
  return {
    ...answer,
    details: [...(answer.details ?? []), ...problems.map((value) => ({ label: "Not asked", value }))],
  };
}

/** Division leaves twenty places; eight are what venues know. */
export function short(decimal: string): string {
  return decimal.replace(/(\.\d{8})\d+$/, "$1…");
}

/** To the second, as people read it. */
export function moment(at: Date | string): string {
  return `${new Date(at).toISOString().slice(0, 19).replace("T", " ")} UTC`;
}
