/**
 * What Cloudflare allows of one of each, and what an alert asks of it. Limits: developers.cloudflare.com/queues and
 * /durable-objects, platform limits; an alert's share is counted by `npm run bench -- --only cost`.
 */
export const LIMITS = {
  /** Messages a second that one queue takes. */
  queuePerSecond: 5_000,
  /** Requests a second that one object is planned with when it writes; 1,000 is the soft limit. */
  objectPerSecond: 200,
  /** Bytes of one D1 database: developers.cloudflare.com/d1/platform/limits. */
  databaseBytes: 10e9,
} as const;

export const AN_ALERT = {
  /** Requests to its ledger and, rarely, the kill switch. */
  objectRequests: 10.6,
  /** Messages by queue: a hint and its watch; what ended, was ordered and was told; one for the chat; batches of lines. */
  messages: { "trade-signals": 1, records: 3, notifications: 1, "system-logs": 4 },
  /** Bytes of the database by how long they stay there: its lines; its order, fill and notification; its signal. */
  databaseBytes: { logs: 4_271, records: 911, signals: 323 },
} as const;

export type QueueOfAlert = keyof (typeof AN_ALERT)["messages"];
