import { DEFAULT_STRATEGY, strategyOfKey } from "#contracts/strategy";
import { HttpError } from "#runtime/http-error";
import { keyMatches } from "#runtime/internal-auth";
import { holdsKey } from "../strategies/holds-key.ts";
import { rulesOf, type StrategyRules } from "../strategies/rules.ts";
import type { Call, WebhookPorts } from "./ports.ts";

const RETRY_AFTER = { "retry-after": "60" };
/** KV is asked for so many keys of one request: a sender has one, and another system's token beside it. */
const MAX_LOOKUPS = 2;
export const TOO_MANY_WRONG_KEYS = "too_many_wrong_keys";

/**
 * Whose alert it is: the rules of the strategy that one of the candidates is a key of. Throws 401 when none is,
 * 429 once a source has tried too often, and 503 when the settings of a strategy cannot be read. A valid key
 * passes whatever its source did before: TradingView's senders serve all of its users, so anyone could lock
 * them out.
 */
export async function authenticate(
  candidates: readonly string[],
  { source, background }: Pick<Call, "background"> & { source: string },
  ports: Pick<WebhookPorts, "webhookKeys" | "refusalRate" | "strategy" | "defaults" | "clock">,
): Promise<StrategyRules> {
  for (const candidate of candidates) {
    if (!(await keyMatches(candidate, ports.webhookKeys))) continue;
    return rulesOf(DEFAULT_STRATEGY, await ports.strategy(DEFAULT_STRATEGY, background), ports.defaults);
  }
  const named = candidates.flatMap((key) => {
    const name = strategyOfKey(key);
    return name === undefined ? [] : [{ key, name }];
  });
  for (const { key, name } of named.slice(0, MAX_LOOKUPS)) {
    const strategy = await ports.strategy(name, background);
    if (strategy && (await holdsKey(strategy, key, ports.clock.now()))) return rulesOf(name, strategy, ports.defaults);
  }
  throw await refuseKey(source, ports, "the webhook key is missing or wrong", {
    hint: 'the alert is a JSON object with the key as "apiKey", or the URL ends in ?key=…',
  });
}

/** The 401 of a wrong key, or the 429 of a source that has tried too often. */
export async function refuseKey(
  source: string,
  { refusalRate }: Pick<WebhookPorts, "refusalRate">,
  message: string,
  { hint }: { hint: string },
): Promise<HttpError> {
  // A limiter that fails must not turn a wrong key into an error of ours.
  const { success } = await refusalRate.limit({ key: source }).catch(() => ({ success: true }));
  if (!success) return tooMany(TOO_MANY_WRONG_KEYS, "too many requests without a valid key");
  return new HttpError(401, "unauthorized", message, { hint });
}

export function tooMany(code: string, message: string): HttpError {
  return new HttpError(429, code, message, { hint: "wait a minute", headers: RETRY_AFTER });
}
