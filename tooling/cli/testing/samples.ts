import type { DeadLetterRow } from "#contracts/letter-view";
import type { LogRow } from "#contracts/log-view";

export const ID = "9b1deb4d-3b7d-4bad-9bdd-2b0d7b3dcb6d";
const ACCEPTED = "2026-11-23T11:59:58.000Z";

export function logRow(change: Partial<LogRow> = {}): LogRow {
  return {
    cursor: 1,
    id: "line-1",
    request_id: ID,
    created_at: ACCEPTED,
    worker: "hoox",
    severity: "info",
    event: "alert.accepted",
    message: "accepted as number 12 of its lane",
    fields: {},
    ...change,
  };
}

export function deadLetter(change: Partial<DeadLetterRow> = {}): DeadLetterRow {
  return {
    id: `${ID}/order.updated/3`,
    request_id: ID,
    created_at: "2026-11-23T11:57:00.000Z",
    parked_at: "2026-11-23T11:57:00.000Z",
    queue: "records",
    type: "order.updated",
    class: "undecodable",
    error: "invalid_data",
    reason: "data.price: must be a plain decimal",
    fingerprint: "f00d",
    attempts: 1,
    generation: 0,
    replay_id: null,
    status: "open",
    first_seen_at: "2026-11-23T11:56:59.000Z",
    resolved_at: null,
    parked_by: "d1-worker",
    worker_version: "v7",
    lane: "main:paper:BTCUSDT",
    strategy: "default",
    ...change,
  };
}

const signalView = {
  requestId: ID,
  lane: "main:paper:BTCUSDT",
  seq: 12,
  action: "buy",
  state: "ended",
  outcome: "filled",
  reason: "filled 0.001 at 65000",
  attempts: 1,
  acceptedAt: ACCEPTED,
  validUntil: "2026-11-23T12:00:58.000Z",
  legs: [],
};

/** As JSON carries it: every time is text. */
export const filledTrace = {
  requestId: ID,
  ledger: { name: "main:paper", signal: signalView },
  signal: {
    request_id: ID,
    created_at: ACCEPTED,
    settled_at: "2026-11-23T11:59:58.042Z",
    lane: "main:paper:BTCUSDT",
    seq: 12,
    symbol: "BTCUSDT",
    action: "buy",
    quantity: "0.001",
    order_type: "market",
    outcome: "filled",
    reason: "filled 0.001 at 65000",
  },
  orders: [
    {
      client_order_id: "tmo6wtj3pvf23g65fmgxwpolnu-e",
      created_at: "2026-11-23T11:59:58.020Z",
      updated_at: "2026-11-23T11:59:58.040Z",
      side: "buy",
      quantity: "0.001",
      symbol: "BTCUSDT",
      type: "market",
      status: "filled",
      filled_quantity: "0.001",
      average_price: "65000",
    },
  ],
  fills: [],
  notifications: [],
  deadLetters: [],
  logs: [
    logRow(),
    logRow({ cursor: 3, id: "line-3", worker: "ledger-worker", event: "signal.accepted", message: "buy BTCUSDT #12" }),
    logRow({
      cursor: 5,
      id: "line-5",
      worker: "ledger-worker",
      event: "order.sending",
      message: "entry buy 0.001 BTCUSDT",
      created_at: "2026-11-23T11:59:58.020Z",
    }),
    logRow({
      cursor: 4,
      id: "line-4",
      worker: "ledger-worker",
      event: "signal.settled",
      message: "filled: filled 0.001 at 65000",
      created_at: "2026-11-23T11:59:58.042Z",
    }),
    logRow({
      cursor: 2,
      id: "line-2",
      worker: "trade-worker",
      event: "order.placed",
      message: "buy 0.001 BTCUSDT",
      created_at: "2026-11-23T11:59:58.035Z",
      fields: { ms: 14 },
    }),
  ],
};

/** The same signal while the venue is still asked. */
export const runningTrace = {
  ...filledTrace,
  signal: undefined,
  orders: [],
  logs: [],
  ledger: { name: "main:paper", signal: { ...signalView, state: "leased", outcome: undefined, reason: undefined } },
};

/** A row of `hoox orders list`. */
export const order = {
  request_id: ID,
  created_at: ACCEPTED,
  strategy: "default",
  account: "main",
  venue: "paper",
  symbol: "BTCUSDT",
  lane: "main:paper:BTCUSDT",
  seq: 12,
  action: "buy",
  quantity: "0.001",
  order_type: "market",
  price: null,
  outcome: "filled",
  code: null,
  reason: "Filled 0.001 of 0.001 at 65000.",
  filled_quantity: "0.001",
  average_price: "65000",
  settled_at: "2026-11-23T11:59:58.042Z",
  first_request_id: null,
  orders: [],
  fills: [],
};

export const killSwitch = {
  state: { mode: "entries", reason: "exchange maintenance", by: "operator", changedAt: "2026-11-23T11:50:00.000Z" },
  kv: [{ key: "trade:kill_switch", mode: "off" }],
  effective: "entries",
  inFlight: [],
  cancelling: 0,
};

export const idle = { ...killSwitch, state: { mode: "off", reason: "", by: "nobody" }, effective: "off" };

export const status = {
  killSwitch: { state: idle.state, kv: [], effective: "off" },
  ledgers: [
    {
      ledger: "main:paper",
      accepted: 12,
      unended: 1,
      inFlight: 1,
      inDoubt: 1,
      unconfirmed: 2,
      positions: [
        {
          symbol: "BTCUSDT",
          quantity: "0.003",
          averagePrice: "65000.33333333333333333333",
          realisedProfit: "-3.5",
          fees: "0.1",
          openedAt: "2026-11-23T11:57:00.000Z",
        },
      ],
      workingOrders: [],
      lastAcceptedAt: ACCEPTED,
    },
  ],
  queues: [
    { queue: "records", backlogCount: 0, backlogBytes: 0 },
    { queue: "records-dlq", backlogCount: 3, backlogBytes: 900, oldestMessageAt: "2026-11-23T11:58:00.000Z" },
  ],
  database: { signalsToday: 12, refusalsToday: 1, deadLettersOpen: 2, deadLettersSilent: 1, lastAlertAt: ACCEPTED },
  problems: ["telegram-worker did not answer"],
};

/** A mesh that nobody needs to look after. */
export const wellStatus = {
  ...status,
  ledgers: status.ledgers.map((ledger) => ({ ...ledger, unended: 0, inFlight: 0, inDoubt: 0, unconfirmed: 0 })),
  queues: [{ queue: "records", backlogCount: 0, backlogBytes: 0 }],
  database: {
    ...status.database,
    deadLettersOpen: 0,
    deadLettersSilent: 0,
    acknowledgement: { p50: 4, p99: 12, alerts: 240 },
    lastFill: {
      side: "buy",
      quantity: "0.001",
      symbol: "BTCUSDT",
      price: "65000.33333333333333333333",
      created_at: ACCEPTED,
    },
  },
  problems: [],
};
