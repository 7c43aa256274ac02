import { readAlert, type Alert } from "../formats/canonical.ts";
import { parseJson, type JsonValue } from "../formats/json.ts";
import { refusePlaceholders } from "../formats/placeholder.ts";
import { AlertRefused } from "../formats/refused.ts";
import { refuseTextFormats } from "../formats/text-formats.ts";
import { underRules } from "../strategies/enforce.ts";
import type { StrategyRules } from "../strategies/rules.ts";
import type { WebhookPorts } from "./ports.ts";

export interface Body {
  text: string;
  json: JsonValue | undefined;
  problem: AlertRefused | undefined;
}

/** The body as JSON, or what is wrong with it: whose it is must be known before its sender hears of that. */
export function parseBody(text: string): Body {
  try {
    return { text, json: parseJson(text), problem: undefined };
  } catch (error) {
    return { text, json: undefined, problem: problemOf(text, error) };
  }
}

function problemOf(text: string, error: unknown): AlertRefused {
  if (!(error instanceof AlertRefused)) throw error;
  try {
    refuseTextFormats(text);
    return error;
  } catch (known) {
    if (known instanceof AlertRefused) return known;
    throw known;
  }
}

/** The alert as its strategy lets it trade; `firedAt` where it does not say when it was. Throws {@link AlertRefused}. */
export function understand(
  body: Body,
  rules: StrategyRules,
  ports: Pick<WebhookPorts, "clock" | "entryCount">,
  firedAt = ports.clock.now(),
): Alert {
  refusePlaceholders(body.text);
  if (body.problem) throw body.problem;
  const alert = readAlert(body.json, rules.defaults, firedAt);
  return { ...alert, signal: underRules(alert.signal, rules, ports) };
}
