import type * as z from "zod";
import type { acceptRequest } from "#contracts/ledger";
import { sha256 } from "#runtime/internal-auth";

export type AlertKey = z.infer<typeof acceptRequest>["alertKey"];

/**
 * What makes two requests the same alert: the sender's own id, else the bytes it sent. TradingView's resend
 * is the same body again. Two strategies never share a key: what they count is their own.
 */
export async function alertKeyOf(of: {
  strategy: string;
  idempotencyKey: string | undefined;
  route: string;
  body: string;
}): Promise<AlertKey> {
  const { strategy, idempotencyKey, route, body } = of;
  if (idempotencyKey !== undefined) return { value: `${strategy}/${idempotencyKey}`, source: "explicit" };
  const digest = await sha256(`${strategy} ${route}\n${body}`);
  return { value: Array.from(digest, (byte) => byte.toString(16).padStart(2, "0")).join(""), source: "body" };
}
