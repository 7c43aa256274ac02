import type { RecordOf, Rows } from "../rows.ts";

export function onQueueSampled({ data }: RecordOf<"queue.sampled">): Rows {
  return {
    queueSamples: [
      {
        queue: data.queue,
        created_at: data.sampledAt.toISOString(),
        backlog_count: data.backlogCount,
        backlog_bytes: data.backlogBytes,
        oldest_message_at: data.oldestMessageAt?.toISOString(),
      },
    ],
  };
}
