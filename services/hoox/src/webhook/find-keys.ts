import { ALIASES } from "../formats/aliases.ts";
import { fieldsOf, text } from "../formats/fields.ts";
import type { JsonValue } from "../formats/json.ts";

const KEY_IN_TEXT = new RegExp(
  `["']?(?:${ALIASES.key.join("|")}|api_key|webhookSecret)["']?\\s*[:=]\\s*["']?([^\\s"',;}]+)`,
  "gi",
);
const MAX_CANDIDATES = 8;

/** Everything in a request that may be the webhook key, the URL's first. */
export function findKeys(url: string, body: { text: string; json: JsonValue | undefined }): string[] {
  const inUrl = url.includes("?") ? new URL(url).searchParams.get("key") : null;
  const inBody = body.json === undefined ? keysInText(body.text) : keysInFields(body.json);
  return [...(inUrl === null ? [] : [inUrl.trim()]), ...inBody].filter((key) => key !== "").slice(0, MAX_CANDIDATES);
}

function keysInFields(json: JsonValue): string[] {
  try {
    const [first] = Array.isArray(json) ? json : [json];
    const fields = fieldsOf(first);
    return ALIASES.key.flatMap((name) => text(fields, name) ?? []);
  } catch {
    return [];
  }
}

/** A body that is no JSON may still say whose it is, and then its sender is told what is wrong with it. */
function keysInText(body: string): string[] {
  return [...body.matchAll(KEY_IN_TEXT)].map((match) => match[1] ?? "");
}
