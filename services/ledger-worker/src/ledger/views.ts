import type * as z from "zod";
import {
  MOST_WAITING,
  type laneView,
  type LedgerBacklog,
  type LedgerStatus,
  type legView,
  type SignalView,
} from "#contracts/ledger";
import { laneOf } from "#contracts/ids";
import { LEFT_TO_A_PERSON } from "./exposure.ts";
import { isHead } from "./lane.ts";
import { tradingOff } from "./limits.ts";
import { toPosition, type PositionRow } from "./positions.ts";
import { legInQuestion } from "./question.ts";
import { clientIdOf, isLeased, isWorking, type LegRow, type SignalRow } from "./rows.ts";
import type { Tx } from "./tx.ts";

/** A lane with thousands waiting is shown by its first ones. */
const SHOWN_PER_LANE = 100;
const SHOWN_WORKING = 500;

export function viewLeg(tx: Tx, leg: LegRow): z.infer<typeof legView> {
  const order = tx.orderOf(leg);
  return {
    leg: leg.leg,
    role: leg.role,
    status: leg.status,
    clientOrderId: clientIdOf(leg),
    ...(order ? { order } : {}),
    ...(leg.order_status === null ? {} : { orderStatus: leg.order_status }),
    filledQuantity: leg.filled_quantity,
    ...(leg.average_price === null ? {} : { averagePrice: leg.average_price }),
    ...(leg.reason === null ? {} : { reason: leg.reason }),
    ...(leg.sent_at === null ? {} : { sentAt: new Date(leg.sent_at) }),
    ...(leg.quiet_until === null ? {} : { quietUntil: new Date(leg.quiet_until) }),
  };
}

export function viewSignal(tx: Tx, row: SignalRow): SignalView {
  const signal = tx.bodyOf(row);
  const reason = row.reason ?? row.last_error;
  const inQuestion = legInQuestion(tx, row)?.leg;
  return {
    requestId: row.request_id,
    lane: laneOf(signal),
    seq: row.seq,
    action: row.action,
    strategy: signal.strategy,
    ...(signal.quantity === undefined ? {} : { quantity: signal.quantity }),
    state: stateOf(tx, row),
    ...(row.outcome === null ? {} : { outcome: row.outcome }),
    ...(reason === null ? {} : { reason }),
    attempts: row.attempts,
    acceptedAt: new Date(row.accepted_at),
    validUntil: new Date(row.valid_until),
    ...(row.not_before > tx.now ? { notBefore: new Date(row.not_before) } : {}),
    legs: tx.legs(row.request_id).map((leg) => viewLeg(tx, leg)),
    ...(inQuestion === undefined ? {} : { inQuestion }),
  };
}

/** Lanes with signals that have not ended. */
export function viewLanes(tx: Tx): z.infer<typeof laneView>[] {
  const symbols = tx.sql.exec<{ symbol: string }>(
    `SELECT DISTINCT symbol FROM signals WHERE ended = 0 ORDER BY symbol`,
  );
  return symbols.flatMap(({ symbol }) => {
    const signals = tx
      .signals(`SELECT * FROM signals WHERE symbol = ? AND ended = 0 ORDER BY seq LIMIT ${SHOWN_PER_LANE}`, symbol)
      .map((row) => viewSignal(tx, row));
    const [first] = signals;
    return first ? [{ lane: first.lane, signals }] : [];
  });
}

export function viewStatus(tx: Tx): LedgerStatus {
  const count = (query: string): number => tx.sql.exec<{ n: number | null }>(query)[0]?.n ?? 0;
  const positions = tx.sql.exec<PositionRow>(`SELECT * FROM positions ORDER BY symbol`);
  const live = tx.sql.exec<LegRow>(`SELECT * FROM legs WHERE live = 1 ORDER BY symbol, seq`);
  const left = tx.sql.exec<SignalRow>(
    `SELECT * FROM signals WHERE guarding = 1 AND emergency = ${LEFT_TO_A_PERSON} ORDER BY symbol, seq`,
  );
  const off = tradingOff(tx);
  const lastAccepted = count(`SELECT max(accepted_at) AS n FROM lanes`);
  const lastFill = Math.max(0, ...positions.map((row) => row.updated_at));
  return {
    ledger: tx.ledger,
    accepted: count(`SELECT sum(seq - revived) AS n FROM lanes`),
    unended: count(`SELECT count(*) AS n FROM signals WHERE ended = 0`),
    inFlight: live.filter((leg) => leg.status === "sending").length,
    inDoubt: live.filter((leg) => leg.status === "in_doubt").length,
    unconfirmed: count(`SELECT count(*) AS n FROM outbox`),
    ...(off === undefined ? {} : { tradingOff: off }),
    positions: positions.map((row) => {
      const openedAt = row.opened_at === null ? {} : { openedAt: new Date(row.opened_at) };
      return { ...toPosition(row), ...openedAt, updatedAt: new Date(row.updated_at) };
    }),
    workingOrders: live
      .filter(isWorking)
      .slice(0, SHOWN_WORKING)
      .map((leg) => ({ ...viewLeg(tx, leg), requestId: leg.request_id })),
    ...(left.length === 0
      ? {}
      : { leftToAPerson: left.map(({ request_id, symbol }) => ({ requestId: request_id, symbol })) }),
    ...(lastAccepted > 0 ? { lastAcceptedAt: new Date(lastAccepted) } : {}),
    ...(lastFill > 0 ? { lastFillAt: new Date(lastFill) } : {}),
  };
}

/** The waiting ones are read off their partial index: what has ended costs nothing. */
export function viewBacklog(tx: Tx): LedgerBacklog {
  const rows = tx.sql.exec<{ symbol: string; accepted_at: number; valid_until: number; not_before: number }>(
    `SELECT symbol, accepted_at, valid_until, not_before FROM signals WHERE ended = 0 AND NOT EXISTS (
       SELECT 1 FROM legs WHERE legs.request_id = signals.request_id AND legs.status NOT IN ('planned', 'dropped'))
     ORDER BY accepted_at, seq`,
  );
  const count = (query: string): number => tx.sql.exec<{ n: number | null }>(query)[0]?.n ?? 0;
  const listed = new Set(rows.slice(0, MOST_WAITING));
  const left = `coalesce(sum(seq - expired), 0)`;
  const [oldest] = rows;
  return {
    ledger: tx.ledger,
    accepted: count(`SELECT sum(seq - revived) AS n FROM lanes`),
    taken: count(`SELECT ${left} AS n FROM lanes`) - rows.length,
    expired: count(`SELECT sum(expired) AS n FROM lanes`),
    waiting: rows.length,
    deferred: rows.filter((row) => row.not_before > tx.now).length,
    inDoubt: count(`SELECT count(*) AS n FROM legs WHERE live = 1 AND status = 'in_doubt'`),
    ...(oldest ? { oldestAt: new Date(oldest.accepted_at) } : {}),
    lanes: [...Map.groupBy(rows, ({ symbol }) => symbol)].map(([symbol, waiting]) => {
      const [row] = tx.sql.exec<{ n: number }>(`SELECT ${left} AS n FROM lanes WHERE symbol = ?`, symbol);
      return {
        symbol,
        taken: (row?.n ?? 0) - waiting.length,
        waiting: waiting.length,
        oldestAt: new Date(waiting[0]?.accepted_at ?? tx.now),
        validUntil: waiting.filter((each) => listed.has(each)).map((each) => new Date(each.valid_until)),
      };
    }),
  };
}

function stateOf(tx: Tx, row: SignalRow): SignalView["state"] {
  if (row.ended === 1) return "ended";
  if (isLeased(row, tx.now)) return "leased";
  if (tx.legs(row.request_id).some((leg) => leg.status === "in_doubt")) return "in_doubt";
  if (row.not_before > tx.now) return "deferred";
  return isHead(tx, row) ? "head" : "waiting";
}
