import * as z from "zod";
import { health } from "../health.ts";
import { decimal, positiveDecimal } from "../decimal.ts";
import { ledgerName, requestId, symbol } from "../ids.ts";
import { keyHealth } from "../key-health.ts";
import { killSwitchMode, killSwitchState } from "../kill-switch.ts";
import { laneView, ledgerStatus, resolveRequest, signalView } from "../ledger.ts";
import { monitorView } from "../monitor.ts";
import { orderRequest, position } from "../order.ts";
import { side } from "../signal.ts";
import {
  changeReplayBody,
  createReplayBody,
  discardBody,
  letterAudit,
  letterGroup,
  planBody,
  replayItem,
  replayJob,
  replayPlan,
  replayQuery,
  replayReply,
} from "../replay.ts";
import {
  addStrategyBody,
  newKeyReply,
  rotateStrategyBody,
  setStrategyBody,
  strategiesReply,
  strategyReply,
} from "../strategy-view.ts";
import { chatId, summaryChange, summaryConfig, telegramChats, unacknowledged } from "../telegram.ts";
import { instant } from "../time.ts";
import { configRoutes } from "./config.ts";
import {
  archivedLogsQuery,
  archivedLogsReply,
  databaseSummary,
  logsQuery,
  logsReply,
  ordersQuery,
  ordersReply,
  rowsReply,
  statementBody,
  trace,
} from "./database.ts";
import { deadLetterReply, deadLettersQuery, deadLettersReply } from "./dead-letters.ts";
import { queueChangedRoute } from "./queue-changes.ts";
import { limit, problems, queueDepth, route, time } from "./route.ts";
import { secretChangedRoute, secretsQuery, secretsReply } from "./secrets.ts";
import { telegramRoutes, telegramStatus } from "./telegram.ts";
import { holding } from "./trade.ts";

const [held, unasked] = holding.options;
/** What the exchange itself says, of a symbol that stands beside it. */
const atVenue = z.union([held.omit({ symbol: true }), unasked.omit({ symbol: true })]);

/** A net position, flat ones with their profit included. */
export const positionView = position.unwrap().extend({
  /** Of what only an exchange knows of it may be one that no alert can have. */
  symbol: z.string(),
  ledger: ledgerName,
  account: z.string(),
  venue: z.string(),
  openedAt: instant.optional(),
  /** When it was traded last. */
  updatedAt: instant.optional(),
  /** Absent where the exchange was not asked. */
  atVenue: atVenue.optional(),
  /** The exchange holds something else than the ledger knows of. */
  differs: z.boolean().optional(),
  /** The ledger knows nothing of the symbol: nothing here opened what the exchange holds of it, and nothing closes it. */
  onlyThere: z.literal(true).optional(),
});

export type PositionView = z.infer<typeof positionView>;

/** An entry at an exchange, or of which nobody knows whether it is there: it may still open something. */
const openEntry = z.object({
  ledger: ledgerName,
  symbol: z.string(),
  requestId,
  state: z.enum(["resting", "in_doubt"]),
  order: orderRequest.optional(),
});
export type OpenEntry = z.infer<typeof openEntry>;

/** A position of a ledger beside what its exchange says of it now, and what would make the ledger say the same. */
export const positionDifference = z.object({
  ledger: ledgerName,
  symbol,
  here: decimal,
  /** Average entry price of the ledger; absent when flat. */
  averagePrice: decimal.optional(),
  /** What the exchange holds of it: of a spot coin the whole balance. */
  there: decimal,
  /** What of that is this position's: of a coin what other pairs have is not. */
  held: decimal,
  /** What would be booked; absent when nothing would. */
  books: z.object({ side, quantity: decimal }).optional(),
  /** Why nothing would be booked, and what to do. */
  why: z.string().optional(),
  /** There is nothing to bring into line. */
  agrees: z.boolean(),
});
export type PositionDifference = z.infer<typeof positionDifference>;

/** A lane's head that has not ended for longer than this holds the lane up. */
export const BLOCKED_AFTER_MS = 30_000;

const blockedLane = z.object({
  lane: z.string(),
  /** The signal that holds it up. */
  requestId: z.string(),
  action: z.string(),
  state: signalView.shape.state,
  /** A leg of it is in doubt. */
  inDoubt: z.boolean(),
  acceptedAt: instant,
  reason: z.string().optional(),
  /** Signals that wait behind it. */
  waiting: z.int(),
});

export const meshStatus = z.object({
  killSwitch: z.object({
    state: killSwitchState,
    kv: z.array(z.object({ key: z.string(), mode: killSwitchMode })),
    effective: killSwitchMode,
    unread: problems,
  }),
  ledgers: z.array(ledgerStatus),
  /** Signals in doubt, and heads older than {@link BLOCKED_AFTER_MS}. */
  blocked: z.array(blockedLane).optional(),
  /** Positions of which the monitor has seen for a while that the exchange holds something else: `ledger symbol`. */
  drifts: z.array(z.object({ position: z.string(), since: time })).optional(),
  /** Critical notifications that nobody has acknowledged, the latest first. */
  unread: z.array(unacknowledged).optional(),
  queues: z.array(queueDepth),
  database: databaseSummary.optional(),
  /** What could not be asked, and why: a status with holes says so. */
  problems: z.array(z.string()),
});

export type MeshStatus = z.infer<typeof meshStatus>;

const killSwitchReply = z.object({
  state: killSwitchState,
  kv: z.array(z.object({ key: z.string(), mode: killSwitchMode })),
  /** The strictest of all; KV may stop, never start. */
  effective: killSwitchMode,
  /** Sources that could not be read, and why; each counts as `entries`. Absent when all were read. */
  unread: problems,
  /** Legs that were already sent or in doubt. */
  inFlight: z.array(z.object({ ledger: z.string(), requestId: z.string(), clientOrderId: z.string() })),
  cancelling: z.int(),
  note: z.string().optional(),
});

/** ops-worker, reached through the gateway with the operator key. */
export const opsRoutes = {
  status: route({ method: "GET", path: "/ops/status", reply: meshStatus }),
  health: route({ method: "GET", path: "/ops/health", reply: z.object({ workers: z.array(health) }) }),
  trace: route({ method: "GET", path: "/ops/traces/:requestId", reply: trace }),
  orders: route({ method: "GET", path: "/ops/orders", query: ordersQuery, reply: ordersReply.extend({ problems }) }),
  positions: route({
    method: "GET",
    path: "/ops/positions",
    /** `beside=venue`: what the exchanges themselves hold, too. `entries=open`: what may still open something. */
    query: z.object({ beside: z.literal("venue").optional(), entries: z.literal("open").optional() }),
    reply: z.object({
      positions: z.array(positionView),
      /** All that there are, those without a position too; absent of an older mesh, and when nobody could say. */
      ledgers: z.array(ledgerName).optional(),
      entries: z.array(openEntry).optional(),
      problems,
    }),
  }),
  /**
   * Accepts a close of what is open in a symbol, at the market's price and whatever strategies say. 404 for a ledger that there
   * is not. With the same `key` it is accepted once: a copy is answered with the first one's requestId.
   */
  closePosition: route({
    method: "POST",
    path: "/ops/positions/close",
    body: z.object({
      ledger: ledgerName,
      symbol,
      key: z.string().min(1).max(200),
      reason: z.string().trim().min(1).max(500),
    }),
    reply: z.object({ status: z.enum(["accepted", "duplicate"]), requestId, note: z.string().optional() }),
  }),
  positionDifference: route({
    method: "GET",
    path: "/ops/positions/difference",
    query: z.object({ ledger: ledgerName, symbol }),
    reply: positionDifference,
  }),
  /**
   * Books, and never trades, what the ledger has beyond what its exchange holds. 409 when the ledger or the exchange has
   * something else by now than was shown, and with the reason when nothing may be booked; 503 when the exchange was not heard.
   */
  reconcilePosition: route({
    method: "POST",
    path: "/ops/positions/reconcile",
    body: z.object({
      ledger: ledgerName,
      symbol,
      /** As {@link positionDifference} showed them. */
      here: decimal,
      held: decimal,
      price: positiveDecimal,
      reason: z.string().trim().min(1).max(500),
    }),
    reply: z.object({
      ledger: ledgerName,
      booked: z.object({ side, quantity: decimal, price: decimal }),
      profit: decimal,
      position: position.unwrap(),
      note: z.string().optional(),
    }),
  }),
  /** What the keys of all accounts may do at their exchanges: of those that have one, and of all ledgers but paper's. */
  venueKeys: route({
    method: "GET",
    path: "/ops/venue-keys",
    reply: z.object({ keys: z.array(z.object({ ledger: ledgerName, health: keyHealth })), problems }),
  }),
  logs: route({ method: "GET", path: "/ops/logs", query: logsQuery, reply: logsReply }),
  archivedLogs: route({ method: "GET", path: "/ops/archive/logs", query: archivedLogsQuery, reply: archivedLogsReply }),
  /** Answered by operator key alone: it is asked when the internal keys differ. */
  secrets: route({ method: "GET", path: "/ops/secrets", query: secretsQuery, reply: secretsReply }),
  secretChanged: secretChangedRoute,
  queues: route({
    method: "GET",
    path: "/ops/queues",
    reply: z.object({ queues: z.array(queueDepth), monitor: monitorView.optional(), problems }),
  }),
  queueChanged: queueChangedRoute,
  lanes: route({ method: "GET", path: "/ops/lanes", reply: z.object({ lanes: z.array(laneView), problems }) }),
  /** 409 with the ledger's own words when it refuses. */
  resolveLane: route({
    method: "POST",
    path: "/ops/lanes/resolve",
    body: resolveRequest.omit({ v: true, by: true }).extend({
      /** Which ledger has the signal; found by its id when absent. */
      ledger: ledgerName.optional(),
      reason: z.string().trim().min(1).max(500),
    }),
    reply: z.object({ ledger: ledgerName, signal: signalView, note: z.string().optional() }),
  }),
  deadLetters: route({ method: "GET", path: "/ops/dead-letters", query: deadLettersQuery, reply: deadLettersReply }),
  deadLetterGroups: route({
    method: "GET",
    path: "/ops/dead-letters/groups",
    query: deadLettersQuery,
    /** The largest first. */
    reply: z.object({ groups: z.array(letterGroup), problems }),
  }),
  /** What was done to letters, and why: the latest first. */
  deadLetterAudit: route({
    method: "GET",
    path: "/ops/dead-letters/audit",
    query: z.object({ since: time.optional(), limit }),
    reply: z.object({ entries: z.array(letterAudit) }),
  }),
  /** Behind its fixed neighbours, which it would otherwise take for ids. */
  deadLetter: route({ method: "GET", path: "/ops/dead-letters/:id", reply: deadLetterReply }),
  /** Changes nothing. */
  planReplay: route({ method: "POST", path: "/ops/dead-letters/plan", body: planBody, reply: replayPlan }),
  discardLetters: route({
    method: "POST",
    path: "/ops/dead-letters/discard",
    body: discardBody,
    /** `kept`: changed meanwhile, such as by a replay. */
    reply: z.object({ discarded: z.int(), kept: z.int(), note: z.string().optional() }),
  }),
  /** Brings back what was stored in the archive while the database was down. */
  restoreLetters: route({
    method: "POST",
    path: "/ops/dead-letters/restore",
    body: changeReplayBody,
    /** `remaining`: still there, for another call. */
    reply: z.object({ restored: z.int(), remaining: z.int(), note: z.string().optional() }),
  }),
  /** 409 when the plan of `planHash` no longer holds, with what changed. */
  createReplay: route({ method: "POST", path: "/ops/replays", body: createReplayBody, reply: replayReply }),
  /** The latest first. */
  replays: route({
    method: "GET",
    path: "/ops/replays",
    query: z.object({ limit }),
    reply: z.object({ replays: z.array(replayJob) }),
  }),
  /** With `limit`, its items after `after`. */
  replay: route({
    method: "GET",
    path: "/ops/replays/:id",
    query: replayQuery,
    reply: z.object({ replay: replayJob, items: z.array(replayItem), next: z.int().optional() }),
  }),
  /** 409 when the job has ended. Asked twice, the second changes nothing. */
  pauseReplay: route({
    method: "POST",
    path: "/ops/replays/:id/pause",
    body: changeReplayBody,
    reply: replayReply,
  }),
  resumeReplay: route({
    method: "POST",
    path: "/ops/replays/:id/resume",
    body: changeReplayBody,
    reply: replayReply,
  }),
  cancelReplay: route({
    method: "POST",
    path: "/ops/replays/:id/cancel",
    body: changeReplayBody,
    reply: replayReply,
  }),
  killSwitch: route({ method: "GET", path: "/ops/kill-switch", reply: killSwitchReply }),
  /** 409 when the last change is another than `ifChangedAt` says (null: none yet). */
  setKillSwitch: route({
    method: "PUT",
    path: "/ops/kill-switch",
    body: z.object({
      mode: killSwitchMode,
      reason: z.string().min(1).max(500),
      cancelEntries: z.boolean().default(false),
      ifChangedAt: instant.nullable().optional(),
    }),
    reply: killSwitchReply,
  }),
  strategies: route({ method: "GET", path: "/ops/strategies", reply: strategiesReply }),
  strategy: route({ method: "GET", path: "/ops/strategies/:name", reply: strategyReply }),
  addStrategy: route({ method: "POST", path: "/ops/strategies", body: addStrategyBody, reply: newKeyReply }),
  /** 409 when the settings are others than those it replaces. */
  setStrategy: route({ method: "PUT", path: "/ops/strategies/:name", body: setStrategyBody, reply: strategyReply }),
  rotateStrategy: route({
    method: "POST",
    path: "/ops/strategies/:name/rotate",
    body: rotateStrategyBody,
    reply: newKeyReply,
  }),
  removeStrategy: route({
    method: "DELETE",
    path: "/ops/strategies/:name",
    reply: z.object({ name: z.string(), note: z.string().optional() }),
  }),
  ...configRoutes,
  query: route({ method: "POST", path: "/ops/db/query", body: statementBody, reply: rowsReply }),
  telegram: route({ method: "GET", path: "/ops/telegram", reply: telegramStatus }),
  findTelegramChat: route({ ...telegramRoutes.find, path: "/ops/telegram/find" }),
  testTelegram: route({ ...telegramRoutes.test, path: "/ops/telegram/test" }),
  setTelegramWebhook: route({
    ...telegramRoutes.webhook,
    path: "/ops/telegram/webhook",
    reply: telegramRoutes.webhook.reply.extend({ note: z.string().optional() }),
  }),
  setTelegramChat: route({
    method: "PUT",
    path: "/ops/telegram/chats",
    body: z.object({ chatId, title: z.string().max(80).optional(), present: z.boolean() }),
    reply: z.object({ chats: telegramChats, note: z.string().optional() }),
  }),
  acknowledge: route({
    method: "POST",
    path: "/ops/telegram/acknowledgements",
    /** Without an id, all that are open. */
    body: z.object({ id: z.string().optional() }),
    reply: z.object({ acknowledged: z.array(z.string()) }),
  }),
  setSummary: route({
    method: "PUT",
    path: "/ops/telegram/summary",
    body: summaryChange,
    reply: summaryConfig.extend({ note: z.string().optional() }),
  }),
} as const;
