import { AlertRefused } from "./refused.ts";

const PLACEHOLDER = /\{\{\s*([^{}]{1,100}?)\s*\}\}/;

/**
 * Throws when TradingView left a placeholder as it stands: what it would have said is unknown, and an
 * unquoted one also breaks the JSON around it.
 */
export function refusePlaceholders(text: string): void {
  if (!text.includes("{{")) return;
  const found = PLACEHOLDER.exec(text);
  const name = found?.[1];
  if (name === undefined) return;
  const field = fieldBefore(text.slice(0, found?.index));
  throw new AlertRefused(
    "unexpanded_placeholder",
    name,
    `${field === undefined ? "" : `${field}: `}TradingView did not fill in {{${name}}}`,
    name.startsWith("strategy.")
      ? "{{strategy.…}} is filled in only for alerts of a strategy, on order fills; this alert belongs to an indicator or a price"
      : "check the spelling of the placeholder; TradingView leaves those it does not know as they are",
  );
}

/** The field in whose value the text ends; found in the text, because an unquoted placeholder is no JSON. */
function fieldBefore(text: string): string | undefined {
  const names = [...text.matchAll(/"([^"\\]{1,40})"\s*:/g)];
  return names.at(-1)?.[1];
}
