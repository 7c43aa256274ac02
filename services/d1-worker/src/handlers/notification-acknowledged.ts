import type { RecordOf, Rows } from "../rows.ts";

export function onNotificationAcknowledged({ requestId, data }: RecordOf<"notification.acknowledged">): Rows {
  return {
    acknowledgements: [
      {
        notification_id: data.notificationId,
        request_id: requestId,
        created_at: data.at.toISOString(),
        acknowledged_by: data.by,
      },
    ],
  };
}
