import { isNotNull, sql } from "drizzle-orm";
import { index, integer, primaryKey, sqliteTable, text } from "drizzle-orm/sqlite-core";

/**
 * The database, a projection of what the ledgers know. Keys are column names, so that a row of these types
 * travels to D1 as it is. Times are ISO text with milliseconds, money and quantities decimal text. Where
 * `rev` stands, an older revision never replaces a newer one. A column added later must be nullable or have
 * a default: the older Worker goes on writing until the newer one is deployed. D1 bills each index that a
 * row stands in as a further written row, so only what queries/ asks by is indexed.
 */

/**
 * `cursor` counts in order of ingestion: what `logs?after=` follows. SQLite counts on from the highest one
 * there is, so lines must be deleted oldest first. `id` begins with the time, which makes it the index for
 * `since`; every further index would cost a written row per line.
 */
export const systemLogs = sqliteTable(
  "system_logs",
  {
    cursor: integer().primaryKey(),
    id: text().notNull().unique(),
    request_id: text(),
    created_at: text().notNull(),
    worker: text().notNull(),
    severity: text().notNull(),
    event: text().notNull(),
    message: text().notNull(),
    /** A JSON object. */
    fields: text().notNull(),
  },
  (table) => [index("system_logs_request").on(table.request_id, table.created_at)],
);

/**
 * One row per alert under a valid key. Beside the outcomes of `contracts/outcome.ts` stands `duplicate`: a
 * copy that was dropped, with the request that it repeats in `first_request_id`.
 */
export const signals = sqliteTable(
  "signals",
  {
    request_id: text().primaryKey(),
    /** When it was accepted, refused or dropped. */
    created_at: text().notNull(),
    /** 0 for what no ledger journaled. */
    rev: integer().notNull(),
    strategy: text().notNull(),
    account: text(),
    venue: text(),
    symbol: text(),
    lane: text(),
    seq: integer(),
    action: text(),
    quantity: text(),
    /** What was asked for instead of a quantity. */
    size: text(),
    order_type: text(),
    price: text(),
    outcome: text().notNull(),
    /** Error code of a refusal. */
    code: text(),
    reason: text().notNull(),
    filled_quantity: text(),
    average_price: text(),
    attempts: integer(),
    valid_until: text(),
    settled_at: text(),
    first_request_id: text(),
    /** `email`; null: by webhook. */
    channel: text(),
  },
  (table) => [
    index("signals_created").on(table.created_at),
    index("signals_first_request").on(table.first_request_id).where(isNotNull(table.first_request_id)),
  ],
);

/** One row per order sent; `created_at` is when it was sent. */
export const orders = sqliteTable(
  "orders",
  {
    client_order_id: text().primaryKey(),
    request_id: text().notNull(),
    created_at: text().notNull(),
    updated_at: text().notNull(),
    rev: integer().notNull(),
    leg: text().notNull(),
    role: text().notNull(),
    venue_order_id: text(),
    account: text().notNull(),
    venue: text().notNull(),
    symbol: text().notNull(),
    side: text().notNull(),
    type: text().notNull(),
    quantity: text().notNull(),
    price: text(),
    status: text().notNull(),
    filled_quantity: text().notNull(),
    average_price: text(),
    fee: text().notNull(),
    reason: text(),
  },
  (table) => [index("orders_request").on(table.request_id, table.created_at)],
);

/** `created_at` is when the venue filled it. */
export const fills = sqliteTable(
  "fills",
  {
    id: text().primaryKey(),
    request_id: text().notNull(),
    created_at: text().notNull(),
    client_order_id: text().notNull(),
    account: text().notNull(),
    venue: text().notNull(),
    symbol: text().notNull(),
    side: text().notNull(),
    quantity: text().notNull(),
    price: text().notNull(),
    fee: text().notNull(),
  },
  (table) => [index("fills_request").on(table.request_id, table.created_at)],
);

/** Net position per account, venue and symbol; negative is short. */
export const positions = sqliteTable(
  "positions",
  {
    account: text().notNull(),
    venue: text().notNull(),
    symbol: text().notNull(),
    created_at: text().notNull(),
    updated_at: text().notNull(),
    rev: integer().notNull(),
    quantity: text().notNull(),
    average_price: text(),
    realised_profit: text().notNull(),
    fees: text().notNull(),
    /** The request that moved it last. */
    last_request_id: text().notNull(),
  },
  (table) => [primaryKey({ columns: [table.account, table.venue, table.symbol] })],
);

export const notifications = sqliteTable(
  "notifications",
  {
    id: text().primaryKey(),
    request_id: text().notNull(),
    created_at: text().notNull(),
    severity: text().notNull(),
    title: text().notNull(),
    channel: text().notNull(),
    chat_id: text(),
    status: text().notNull(),
    reason: text(),
    /** The notification that this one says again. */
    repeat_of: text(),
  },
  (table) => [
    index("notifications_request").on(table.request_id, table.created_at),
    index("notifications_critical")
      .on(table.created_at)
      .where(sql`severity = 'critical' AND repeat_of IS NULL`),
  ],
);

/** One row per critical notification that somebody has seen; it may stand here before its notification does. */
export const acknowledgements = sqliteTable("acknowledgements", {
  notification_id: text().primaryKey(),
  request_id: text().notNull(),
  created_at: text().notNull(),
  acknowledged_by: text().notNull(),
});

/** Notifications that the clock asks for, claimed by id before they are sent: a cron that fires twice tells once. */
export const notificationClaims = sqliteTable("notification_claims", {
  id: text().primaryKey(),
  created_at: text().notNull(),
});

/** When each Worker's cron ran last. `created_at` is that time. */
export const pulses = sqliteTable("pulses", {
  worker: text().primaryKey(),
  created_at: text().notNull(),
});

/** One row per message that was parked, however often. */
export const deadLetters = sqliteTable(
  "dead_letters",
  {
    /** Id of the parked message. */
    id: text().primaryKey(),
    request_id: text().notNull(),
    /** When it was parked first. */
    created_at: text().notNull(),
    queue: text().notNull(),
    type: text(),
    class: text().notNull(),
    error: text().notNull(),
    reason: text().notNull(),
    fingerprint: text().notNull(),
    /** Deliveries over all its lives. */
    attempts: integer().notNull(),
    generation: integer().notNull(),
    replay_id: text(),
    /** 1 when no later copy can succeed. */
    final: integer().notNull(),
    /** `open`, `replayed`, `resolved` or `discarded`. */
    status: text().notNull(),
    first_seen_at: text().notNull(),
    parked_at: text().notNull(),
    parked_by: text().notNull(),
    worker_version: text().notNull(),
    /** JSON array of what happened to it: `letterEvent` of `contracts/letter-view.ts`, the latest 50. */
    history: text().notNull(),
    resolved_at: text(),
    notified_at: text(),
    /** The message as it stood on its queue, JSON. */
    body: text().notNull(),
  },
  (table) => [
    index("dead_letters_request").on(table.request_id, table.created_at),
    index("dead_letters_status").on(table.status, table.created_at),
    index("dead_letters_fingerprint").on(table.fingerprint, table.notified_at),
    index("dead_letters_replay").on(table.replay_id).where(isNotNull(table.replay_id)),
  ],
);

/** Append-only: who changed what, and why. */
export const auditLog = sqliteTable(
  "audit_log",
  {
    id: text().primaryKey(),
    request_id: text().notNull(),
    created_at: text().notNull(),
    actor: text().notNull(),
    action: text().notNull(),
    target: text().notNull(),
    reason: text().notNull(),
  },
  (table) => [index("audit_log_request").on(table.request_id)],
);

export const queueSamples = sqliteTable(
  "queue_samples",
  {
    queue: text().notNull(),
    created_at: text().notNull(),
    backlog_count: integer().notNull(),
    backlog_bytes: integer().notNull(),
    oldest_message_at: text(),
  },
  (table) => [primaryKey({ columns: [table.queue, table.created_at] })],
);

/** Up to which time (`hour`, exclusive) rows of a kind have been moved to the archive, where their absence does not say so. */
export const archiveMarks = sqliteTable("archive_marks", {
  kind: text().primaryKey(),
  hour: text().notNull(),
  created_at: text().notNull(),
});

export const tables = {
  systemLogs,
  signals,
  orders,
  fills,
  positions,
  notifications,
  acknowledgements,
  notificationClaims,
  pulses,
  deadLetters,
  auditLog,
  queueSamples,
  archiveMarks,
} as const;
