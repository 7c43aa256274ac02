import type { RecordOf, Rows } from "../rows.ts";

export function onAuditRecorded({ id, requestId, data }: RecordOf<"audit.recorded">): Rows {
  return {
    auditLog: [
      {
        id,
        request_id: requestId,
        created_at: data.at.toISOString(),
        actor: data.actor,
        action: data.action,
        target: data.target,
        reason: data.reason,
      },
    ],
  };
}
