import type { InferInsertModel } from "drizzle-orm";
import type { MessageOn, TypeOn } from "#queues/registry";
import type { Statement, Value } from "./database.ts";
import { onAuditRecorded } from "./handlers/audit-recorded.ts";
import { onNotificationAcknowledged } from "./handlers/notification-acknowledged.ts";
import { onNotificationSent } from "./handlers/notification-sent.ts";
import { onOrderUpdated } from "./handlers/order-updated.ts";
import { onPositionReconciled } from "./handlers/position-reconciled.ts";
import { onQueueSampled } from "./handlers/queue-sampled.ts";
import { onSignalDuplicated } from "./handlers/signal-duplicated.ts";
import { onSignalRefused } from "./handlers/signal-refused.ts";
import { onSignalSettled } from "./handlers/signal-settled.ts";
import { projectionInto } from "./projection.ts";
import { tables } from "./schema.ts";

export type RecordMessage = MessageOn<"records">;
/** A record as its handler gets it, by type. */
export type RecordOf<T extends TypeOn<"records">> = Extract<RecordMessage, { type: T }>;

const projections = {
  signals: projectionInto(tables.signals, ["request_id"], { when: "excluded.rev > signals.rev", keep: ["created_at"] }),
  orders: projectionInto(tables.orders, ["client_order_id"], {
    when: "excluded.rev > orders.rev",
    keep: ["request_id", "created_at"],
  }),
  fills: projectionInto(tables.fills, ["id"]),
  positions: projectionInto(tables.positions, ["account", "venue", "symbol"], {
    when: "excluded.rev > positions.rev",
    keep: ["created_at"],
  }),
  notifications: projectionInto(tables.notifications, ["id"], {
    // A copy that failed never hides that another one was delivered.
    when: "notifications.status <> 'sent'",
    keep: ["request_id"],
  }),
  acknowledgements: projectionInto(tables.acknowledgements, ["notification_id"]),
  auditLog: projectionInto(tables.auditLog, ["id"]),
  queueSamples: projectionInto(tables.queueSamples, ["queue", "created_at"]),
};

type TableName = keyof typeof projections;
export type RowOf<Name extends TableName> = InferInsertModel<(typeof tables)[Name]>;
/** What one record becomes: rows by table. */
export type Rows = { readonly [Name in TableName]?: readonly RowOf<Name>[] };

/** One handler per type of the queue: a missing or an extra one does not compile. */
const handlers: { readonly [T in TypeOn<"records">]: (record: RecordOf<T>) => Rows } = {
  "signal.settled": onSignalSettled,
  "signal.refused": onSignalRefused,
  "signal.duplicated": onSignalDuplicated,
  "order.updated": onOrderUpdated,
  "position.reconciled": onPositionReconciled,
  "notification.sent": onNotificationSent,
  "notification.acknowledged": onNotificationAcknowledged,
  "audit.recorded": onAuditRecorded,
  "queue.sampled": onQueueSampled,
};

function rowsFor(record: RecordMessage): Rows {
  // The table is keyed by type, so the handler found by a record's type takes that record.
  const handler = handlers[record.type] as (record: RecordMessage) => Rows;
  return handler(record);
}

/** One statement per table, whatever the number of records. */
export function statementsFor(records: readonly RecordMessage[]): Statement[] {
  const all = records.map(rowsFor);
  return tableNames.flatMap((name) => {
    const rows = all.flatMap((each) => rowsIn(each, name));
    return rows.length === 0 ? [] : projectionOf(name).insert(rows);
  });
}

/** Where the effect of a record stands: a condition over `wanted.value`, and what must stand there behind the id. */
export function storedWhere(record: RecordMessage): { condition: string; key: readonly Value[] } | undefined {
  const rows = rowsFor(record);
  const name = tableNames.find((each) => rowsIn(rows, each).length > 0);
  const [row] = name ? rowsIn(rows, name) : [];
  return name && row ? { condition: projectionOf(name).stored, key: projectionOf(name).keyOf(row) } : undefined;
}

type AnyRow = Readonly<Record<string, unknown>>;
// The names are the keys of the literal above, in its order.
const tableNames = Object.keys(projections) as TableName[];

function rowsIn(rows: Rows, name: TableName): readonly AnyRow[] {
  return rows[name] ?? [];
}

function projectionOf(name: TableName): {
  insert(rows: readonly AnyRow[]): Statement[];
  readonly stored: string;
  keyOf(row: AnyRow): Value[];
} {
  // `Rows` types the rows of each table, and rows reach only the projection of their own name.
  return projections[name] as unknown as ReturnType<typeof projectionOf>;
}
