import * as z from "zod";
import { outcomes } from "../outcome.ts";
import { worker } from "../ids.ts";
import { signalView } from "../ledger.ts";
import { deadLetterRow } from "../letter-view.ts";
import { logRow } from "../log-view.ts";
import { logSeverity } from "../log.ts";
import { daySummary, unacknowledged } from "../telegram.ts";
import { letterRoutes } from "./dead-letters.ts";
import { limit, problems, route, row, time } from "./route.ts";

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
  /** Part of it came out of the archive. */
  archived: z.boolean().optional(),
  problems,
});

export type Trace = z.infer<typeof trace>;

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

export const ordersQuery = z.object({
  since: time.optional(),
  strategy: z.string().max(64).optional(),
  symbol: z.string().max(40).optional(),
  outcome: orderFilter.optional(),
  limit,
});

export const ordersReply = z.object({
  /** The newest last. */
  orders: z.array(orderRow),
  /** Present when older alerts were not looked through for the filters: the time of the oldest that was. */
  searchedSince: time.optional(),
});

export const logsQuery = z.object({
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

/** Filters of `logs` on one archived hour of UTC: `2026-11-28T05`. */
export const archivedLogsQuery = logsQuery
  .pick({ requestId: true, worker: true, level: true, grep: true, limit: true })
  .extend({
    hour: z.string().regex(/^\d{4}-\d{2}-\d{2}T\d{2}$/, "must be an hour of UTC such as 2026-11-28T05"),
  });

export const archivedLogsReply = z.object({
  logs: z.array(logRow),
  /** Lines beyond the limit. */
  left: z.int().optional(),
  problems,
});

export const statementBody = z.object({
  // Words of our own continue the field's name: "sql is empty: send one SELECT".
  sql: z
    .string("must be a text: send one SELECT")
    .min(1, "is empty: send one SELECT")
    .max(20_000, "is longer than 20,000 characters"),
});

export const rowsReply = z.object({
  rows: z.array(row),
  /** Present when there were more rows than the 1,000 that are answered. */
  truncated: z.boolean().optional(),
});

export const logsReply = z.object({ logs: z.array(logRow), next: z.int() });

const unacknowledgedReply = z.object({ notifications: z.array(unacknowledged) });

export const databaseSummary = z.object({
  signalsToday: z.int(),
  refusalsToday: z.int(),
  deadLettersOpen: z.int(),
  /** Open letters of `notifications` and `system-logs`, which never notify. */
  deadLettersSilent: z.int(),
  /** Signals of the last 24 hours that came by e-mail, and those among them of which no webhook ever came. */
  emailSignals: z.int().optional(),
  emailOnly: z.int().optional(),
  lastFill: row.optional(),
  lastAlertAt: time.optional(),
  /** Milliseconds from request to answer of the alerts accepted in the last hour; `alerts` is how many were looked at. */
  acknowledgement: z.object({ p50: z.int(), p99: z.int(), alerts: z.int() }).optional(),
  /** Of the database, as D1 says it. */
  sizeBytes: z.int().optional(),
});

/** d1-worker, behind the internal key. */
export const databaseRoutes = {
  trace: route({ method: "GET", path: "/traces/:requestId", reply: trace.omit({ ledger: true }) }),
  orders: route({ method: "GET", path: "/orders", query: ordersQuery, reply: ordersReply }),
  logs: route({ method: "GET", path: "/logs", query: logsQuery, reply: logsReply }),
  archivedLogs: route({ method: "GET", path: "/archive/logs", query: archivedLogsQuery, reply: archivedLogsReply }),
  ...letterRoutes,
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
  /** What the monitor asks each minute. */
  watch: route({
    method: "POST",
    path: "/watch",
    body: z.object({ cadence: z.array(z.string()).max(50) }),
    reply: z.object({
      /** When the newest sample of `records` was taken that has come through `records`. */
      sampledAt: time.optional(),
      /** Open letters that the platform itself gave up. */
      unexplained: z.int(),
      /** As the gateway logged them in the last quarter of an hour, among the latest log lines. */
      acknowledgement: z.object({ count: z.int(), p99Ms: z.number() }),
      /** For each strategy that has sent enough: its last alert, and how long it is silent at most, as a rule. */
      cadence: z.array(z.object({ strategy: z.string(), lastAt: time, usualMs: z.number() })),
    }),
  }),
  day: route({ method: "GET", path: "/day", query: z.object({ from: time, to: time }), reply: daySummary }),
} as const;
