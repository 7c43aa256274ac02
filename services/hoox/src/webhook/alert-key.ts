import type * as z from "zod";
import type { acceptRequest } from "#contracts/ledger";
import { sha256 } from "#runtime/internal-auth";

export type AlertKey = z.infer<typeof acceptRequest>["alertKey"];

/**
 * What makes two requests the same alert: the sender's own id, else the bytes it sent. TradingView's resend
 * is the same body again.
 */
export async function alertKeyOf(of: {
  idempotencyKey: string | undefined;
  route: string;
  body: string;
}): Promise<AlertKey> {
  if (of.idempotencyKey !== undefined) return { value: of.idempotencyKey, source: "explicit" };
  const digest = await sha256(`${of.route}\n${of.body}`);
  return { value: Array.from(digest, (byte) => byte.toString(16).padStart(2, "0")).join(""), source: "body" };
}
