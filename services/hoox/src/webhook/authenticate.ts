import { HttpError } from "#runtime/http-error";
import { keyMatches } from "#runtime/internal-auth";
import type { WebhookPorts } from "./ports.ts";

const RETRY_AFTER = { "retry-after": "60" };

/**
 * Throws 401 unless one of the candidates is a webhook key, 429 once a source has tried too often. A valid
 * key passes whatever its source did before: TradingView's senders serve all of its users, so anyone could
 * lock them out.
 */
export async function authenticate(
  candidates: readonly string[],
  source: string,
  ports: Pick<WebhookPorts, "webhookKeys" | "refusalRate">,
): Promise<void> {
  for (const candidate of candidates) {
    if (await keyMatches(candidate, ports.webhookKeys)) return;
  }
  const { success } = await ports.refusalRate.limit({ key: source }).catch(() => ({ success: true }));
  if (!success) throw tooMany("too_many_wrong_keys", "too many requests without a valid key");
  throw new HttpError(401, "unauthorized", "the webhook key is missing or wrong", {
    hint: 'the alert is a JSON object with the key as "apiKey", or the URL ends in ?key=…',
  });
}

export function tooMany(code: string, message: string): HttpError {
  return new HttpError(429, code, message, { hint: "wait a minute", headers: RETRY_AFTER });
}
