import * as z from "zod";
import { logSeverity } from "./log.ts";

/** A line of `system_logs`. */
export const logRow = z.object({
  /** Order of ingestion; the cursor of `after`. */
  cursor: z.int(),
  id: z.string(),
  request_id: z.string().nullable(),
  created_at: z.iso.datetime(),
  worker: z.string(),
  severity: logSeverity,
  event: z.string(),
  message: z.string(),
  fields: z.record(z.string(), z.unknown()),
});
export type LogRow = z.infer<typeof logRow>;
