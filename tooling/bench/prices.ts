/**
 * What Cloudflare bills on the Paid plan, in dollars per million above the month's allowance
 * (developers.cloudflare.com: workers, queues, d1, durable-objects, kv pricing; November 2026).
 */
export const dollarsPerMillion = {
  workerRequests: 0.3,
  queueOperations: 0.4,
  durableObjectRequests: 0.15,
  rowsWritten: 1,
  kvReads: 0.5,
} as const;

export type Billed = keyof typeof dollarsPerMillion;
