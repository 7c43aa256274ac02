import type { RecordOf, Rows } from "../rows.ts";

export function onNotificationSent({ requestId, data }: RecordOf<"notification.sent">): Rows {
  return {
    notifications: [
      {
        id: data.notificationId,
        request_id: requestId,
        created_at: data.sentAt.toISOString(),
        severity: data.severity,
        title: data.title,
        channel: data.channel,
        chat_id: data.chatId,
        status: data.status,
        reason: data.reason,
        repeat_of: data.repeatOf,
      },
    ],
  };
}
