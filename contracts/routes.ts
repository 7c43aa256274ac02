import * as z from "zod";
import { deadLetterClass } from "./dead-letter.ts";
import { health } from "./health.ts";
import { ledgerName, worker } from "./ids.ts";
import { killSwitchMode, killSwitchState } from "./kill-switch.ts";
import { laneView, ledgerStatus, resolveRequest, signalView, task } from "./ledger.ts";
import { logSeverity } from "./log.ts";
import { position } from "./order.ts";
import { outcomes } from "./outcome.ts";
import { signal } from "./signal.ts";
import {
  addStrategyBody,
  newKeyReply,
  rotateStrategyBody,
  setStrategyBody,
  strategiesReply,
  strategyReply,
} from "./strategy-view.ts";
import { instant } from "./time.ts";
import { chatId, daySummary, summaryChange, summaryConfig, telegramChats, unacknowledged } from "./telegram.ts";

/** One HTTP route that a server and its clients both read. `:name` parts are filled by the caller. */
export interface Route<
  Query extends z.ZodType = z.ZodType,
  Body extends z.ZodType = z.ZodType,
  Reply extends z.ZodType = z.ZodType,
> {
  readonly method: "GET" | "POST" | "PUT" | "DELETE";
  readonly path: string;
  /** Query parameters, as text. */
  readonly query: Query;
  readonly body: Body;
  readonly reply: Reply;
}

const none = z.object({});

function route<
  Reply extends z.ZodType,
  Query extends z.ZodType = typeof none,
  Body extends z.ZodType = z.ZodUndefined,
>(of: { method: Route["method"]; path: string; query?: Query; body?: Body; reply: Reply }): Route<Query, Body, Reply> {
  // Absent parts take the defaults that the type parameters name.
  return { query: none, body: z.undefined(), ...of } as unknown as Route<Query, Body, Reply>;
}

/** JSON carries times as ISO text with milliseconds. */
const time = z.iso.datetime();
/** What could not be asked, and why; absent when everything answered. */
const problems = z.array(z.string()).optional();
const limit = z.coerce.number().int().min(1).max(1_000).default(100);

export { health };

export const logRow = z.object({
  /** Order of ingestion; the cursor of `after`. */
  cursor: z.int(),
  id: z.string(),
  request_id: z.string().nullable(),
  created_at: time,
  worker: z.string(),
  severity: logSeverity,
  event: z.string(),
  message: z.string(),
  fields: z.record(z.string(), z.unknown()),
});
export type LogRow = z.infer<typeof logRow>;

/** A row of a table as D1 stores it: snake_case columns, ISO times, decimal text. */
export const row = z.record(z.string(), z.union([z.string(), z.number(), z.null()]));
export type Row = z.infer<typeof row>;

export const deadLetterRow = z.object({
  id: z.string(),
  request_id: z.string(),
  created_at: time,
  queue: z.string(),
  type: z.string().nullable(),
  class: deadLetterClass,
  error: z.string(),
  reason: z.string(),
  fingerprint: z.string(),
  attempts: z.int(),
  generation: z.int(),
  status: z.enum(["open", "replayed", "resolved", "discarded"]),
  first_seen_at: time,
  parked_by: z.string(),
  worker_version: z.string(),
});
export type DeadLetterRow = z.infer<typeof deadLetterRow>;

export const trace = z.object({
  requestId: z.string(),
  /** The ledger's own view, when a ledger knows the id: ahead of the database by the length of a queue. */
  ledger: z.object({ name: z.string(), signal: signalView }).optional(),
  signal: row.optional(),
  /** `signals` rows of later copies that were dropped. */
  duplicates: z.array(row).optional(),
  orders: z.array(row),
  fills: z.array(row),
  notifications: z.array(row),
  deadLetters: z.array(deadLetterRow),
  logs: z.array(logRow),
  problems,
});
export type Trace = z.infer<typeof trace>;

export const queueDepth = z.object({
  queue: z.string(),
  backlogCount: z.int(),
  backlogBytes: z.int(),
  oldestMessageAt: time.optional(),
});

/** How an alert ended, the dropped copies included. */
const ending = z.enum([...outcomes, "duplicate"]);
/** `open`: what has not ended, resting orders included. */
export const orderFilter = z.enum([...ending.options, "open"]);

/** One alert under a valid key and what it came to; columns are those of `signals`. */
export const orderRow = z.object({
  request_id: z.string(),
  /** When it was accepted, refused or dropped. */
  created_at: time,
  strategy: z.string().nullable(),
  account: z.string().nullable(),
  venue: z.string().nullable(),
  symbol: z.string().nullable(),
  lane: z.string().nullable(),
  seq: z.int().nullable(),
  action: z.string().nullable(),
  quantity: z.string().nullable(),
  order_type: z.string().nullable(),
  price: z.string().nullable(),
  /** Null while it has not ended; then `state` says where it stands. */
  outcome: ending.nullable(),
  state: signalView.shape.state.optional(),
  code: z.string().nullable(),
  reason: z.string(),
  filled_quantity: z.string().nullable(),
  average_price: z.string().nullable(),
  settled_at: time.nullable(),
  /** The alert that a dropped copy repeats. */
  first_request_id: z.string().nullable(),
  /** Rows of the orders sent for it, and of their fills. */
  orders: z.array(row),
  fills: z.array(row),
});
export type OrderRow = z.infer<typeof orderRow>;

const ordersQuery = z.object({
  since: time.optional(),
  strategy: z.string().max(64).optional(),
  symbol: z.string().max(40).optional(),
  outcome: orderFilter.optional(),
  limit,
});
const ordersReply = z.object({
  /** The newest last. */
  orders: z.array(orderRow),
  /** Present when older alerts were not looked through for the filters: the time of the oldest that was. */
  searchedSince: time.optional(),
});

/** A net position, flat ones with their profit included. */
export const positionView = position.extend({
  ledger: ledgerName,
  account: z.string(),
  venue: z.string(),
  openedAt: instant.optional(),
  /** When it was traded last. */
  updatedAt: instant.optional(),
});
export type PositionView = z.infer<typeof positionView>;

const logsQuery = z.object({
  requestId: z.string().optional(),
  /** One Worker or several, separated by commas. */
  worker: z
    .string()
    .refine(areWorkers, `must be of ${worker.options.join(", ")}`)
    .optional(),
  level: logSeverity.optional(),
  grep: z.string().max(200).optional(),
  since: time.optional(),
  /** The `next` of the answer before; 0 is the oldest line, or the first that came in since `since`. */
  after: z.coerce.number().int().min(0).optional(),
  /** Long poll: seconds to wait for a first row behind `after`. */
  wait: z.coerce.number().int().min(0).max(25).optional(),
  limit,
});
function areWorkers(text: string): boolean {
  return text.split(",").every((name) => worker.safeParse(name).success);
}
const deadLettersQuery = z.object({
  queue: z.string().optional(),
  class: deadLetterClass.optional(),
  status: deadLetterRow.shape.status.optional(),
  limit,
});
const statementBody = z.object({
  // Words of our own continue the field's name: "sql is empty: send one SELECT".
  sql: z
    .string("must be a text: send one SELECT")
    .min(1, "is empty: send one SELECT")
    .max(20_000, "is longer than 20,000 characters"),
});
const rowsReply = z.object({
  rows: z.array(row),
  /** Present when there were more rows than the 1,000 that are answered. */
  truncated: z.boolean().optional(),
});
const logsReply = z.object({ logs: z.array(logRow), next: z.int() });
const deadLettersReply = z.object({ deadLetters: z.array(deadLetterRow), open: z.int() });
const deadLetterReply = z.object({ deadLetter: deadLetterRow, body: z.unknown() });

const unacknowledgedReply = z.object({ notifications: z.array(unacknowledged) });

export const databaseSummary = z.object({
  signalsToday: z.int(),
  refusalsToday: z.int(),
  deadLettersOpen: z.int(),
  /** Open letters of `notifications` and `system-logs`, which never notify. */
  deadLettersSilent: z.int(),
  lastFill: row.optional(),
  lastAlertAt: time.optional(),
  /** Milliseconds from request to answer of the alerts accepted in the last hour; `alerts` is how many were looked at. */
  acknowledgement: z.object({ p50: z.int(), p99: z.int(), alerts: z.int() }).optional(),
});

/** d1-worker, behind the internal key. */
export const databaseRoutes = {
  trace: route({ method: "GET", path: "/traces/:requestId", reply: trace.omit({ ledger: true }) }),
  orders: route({ method: "GET", path: "/orders", query: ordersQuery, reply: ordersReply }),
  logs: route({ method: "GET", path: "/logs", query: logsQuery, reply: logsReply }),
  deadLetters: route({ method: "GET", path: "/dead-letters", query: deadLettersQuery, reply: deadLettersReply }),
  /** The id is URL-encoded: message ids contain slashes. */
  deadLetter: route({ method: "GET", path: "/dead-letters/:id", reply: deadLetterReply }),
  query: route({ method: "POST", path: "/query", body: statementBody, reply: rowsReply }),
  summary: route({ method: "GET", path: "/summary", reply: databaseSummary }),
  /** Critical notifications of the last week that nobody has acknowledged, the latest first. */
  unacknowledged: route({ method: "GET", path: "/unacknowledged", reply: unacknowledgedReply }),
  /** A cron says that it runs, and hears what it may have to say again. */
  pulse: route({ method: "POST", path: "/pulses", body: z.object({ worker }), reply: unacknowledgedReply }),
  /** Of these ids of notifications, those that nobody has claimed: only they may be sent. */
  claim: route({
    method: "POST",
    path: "/notification-claims",
    body: z.object({ ids: z.array(z.string()).max(100) }),
    reply: z.object({ granted: z.array(z.string()) }),
  }),
  day: route({ method: "GET", path: "/day", query: z.object({ from: time, to: time }), reply: daySummary }),
} as const;

/** trade-worker's own fetch handler: the hand-over of one claimed signal. Answers 202 and works on. */
export const tradeRoutes = {
  attempt: route({
    method: "POST",
    path: "/attempts",
    body: z.object({
      ledger: z.string(),
      signal,
      lease: z.string(),
      attempt: z.int(),
      tasks: z.array(task),
      /** How the claim went: logged by the executing invocation, so that the consumer sends no log of its own. */
      claim: z
        .object({
          hintId: z.string(),
          purpose: z.enum(["execute", "watch"]),
          ms: z.int(),
          /** When the hint was published, and how long it then lay in its queue. */
          hintedAt: z.date().optional(),
          waitMs: z.int().optional(),
        })
        .optional(),
    }),
    reply: z.object({ status: z.literal("started") }),
  }),
} as const;

const webhookUrl = z.url({ protocol: /^https$/, error: "must begin with https://" });
const botView = z.object({
  /** There is a bot token. */
  configured: z.boolean(),
  username: z.string().optional(),
  /** Where Telegram brings what people say; empty for nowhere. */
  webhook: z
    .object({ url: z.string(), pending: z.int(), lastErrorAt: time.optional(), lastError: z.string().optional() })
    .optional(),
  /** Where notifications go; empty for nowhere. */
  defaultChat: z.string(),
});
const startCode = z.string().regex(/^[A-Za-z0-9_-]{6,64}$/, "must be 6 to 64 of A-Z, a-z, 0-9, _ and -");
const foundReply = z.object({ chat: z.object({ chatId, title: z.string().optional() }).optional() });

/** telegram-worker, behind the internal key; `POST /telegram` is Telegram's own. */
export const telegramRoutes = {
  bot: route({ method: "GET", path: "/bot", reply: botView }),
  /** Waits a few seconds for somebody to send `/start <code>`. */
  find: route({ method: "POST", path: "/find", body: z.object({ code: startCode }), reply: foundReply }),
  test: route({
    method: "POST",
    path: "/test",
    body: z.object({ chatId: chatId.optional() }),
    reply: z.object({ chatId }),
  }),
  /** Without a url Telegram keeps what people say until it is asked. */
  webhook: route({
    method: "PUT",
    path: "/webhook",
    body: z.object({ url: webhookUrl.optional() }),
    reply: z.object({ url: z.string().optional() }),
  }),
} as const;

export const telegramStatus = botView.extend({
  chats: z.array(telegramChats.element),
  summary: summaryConfig,
  /** Critical notifications that nobody has acknowledged. */
  unacknowledged: z.array(unacknowledged),
  problems: z.array(z.string()),
});
export type TelegramStatus = z.infer<typeof telegramStatus>;

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

/** One field of an alert: what of the signal it became (`as`), and that in words. Keys are never shown. */
export const understoodField = z.object({ field: z.string(), value: z.string(), as: z.string(), means: z.string() });
export type UnderstoodField = z.infer<typeof understoodField>;

/** The gateway's own, beside `POST /webhook`. */
export const webhookRoutes = {
  /**
   * How an alert would be understood: the body is the alert as it would be sent. With a webhook key or the operator
   * key, which may name another strategy than the alert's key. Nothing is accepted, recorded or told; a refusal is the
   * one that `/webhook` would answer.
   */
  check: route({
    method: "POST",
    path: "/webhook/check",
    query: z.object({ strategy: z.string().optional() }),
    body: z.string(),
    reply: z.object({
      requestId: z.string(),
      signal: signal.omit({ requestId: true }),
      understood: z.array(understoodField),
      /** Fields that mean nothing to Hoox. */
      ignored: z.array(z.string()),
    }),
  }),
} as const;
export type AlertCheck = z.infer<(typeof webhookRoutes.check)["reply"]>;

/** ops-worker, reached through the gateway with the operator key. */
export const opsRoutes = {
  status: route({ method: "GET", path: "/ops/status", reply: meshStatus }),
  health: route({ method: "GET", path: "/ops/health", reply: z.object({ workers: z.array(health) }) }),
  trace: route({ method: "GET", path: "/ops/traces/:requestId", reply: trace }),
  orders: route({ method: "GET", path: "/ops/orders", query: ordersQuery, reply: ordersReply.extend({ problems }) }),
  positions: route({
    method: "GET",
    path: "/ops/positions",
    reply: z.object({ positions: z.array(positionView), problems }),
  }),
  logs: route({ method: "GET", path: "/ops/logs", query: logsQuery, reply: logsReply }),
  queues: route({ method: "GET", path: "/ops/queues", reply: z.object({ queues: z.array(queueDepth), problems }) }),
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
  deadLetter: route({ method: "GET", path: "/ops/dead-letters/:id", reply: deadLetterReply }),
  killSwitch: route({ method: "GET", path: "/ops/kill-switch", reply: killSwitchReply }),
  setKillSwitch: route({
    method: "PUT",
    path: "/ops/kill-switch",
    body: z.object({
      mode: killSwitchMode,
      reason: z.string().min(1).max(500),
      cancelEntries: z.boolean().default(false),
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
  query: route({ method: "POST", path: "/ops/db/query", body: statementBody, reply: rowsReply }),
  telegram: route({ method: "GET", path: "/ops/telegram", reply: telegramStatus }),
  findTelegramChat: route({ ...telegramRoutes.find, path: "/ops/telegram/find" }),
  testTelegram: route({ ...telegramRoutes.test, path: "/ops/telegram/test" }),
  setTelegramWebhook: route({ ...telegramRoutes.webhook, path: "/ops/telegram/webhook" }),
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

/** Fills the `:name` parts of a path and appends the query. */
export function pathOf(
  of: Pick<Route, "path">,
  params: Readonly<Record<string, string>> = {},
  query: Readonly<Record<string, string | undefined>> = {},
): string {
  const path = of.path.replaceAll(/:(\w+)/g, (_, name: string) => encodeURIComponent(params[name] ?? ""));
  const search = new URLSearchParams(
    Object.entries(query).filter((pair): pair is [string, string] => pair[1] !== undefined),
  );
  return search.size === 0 ? path : `${path}?${search}`;
}
