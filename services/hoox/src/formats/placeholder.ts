import { AlertRefused } from "./refused.ts";

const PLACEHOLDER = /\{\{\s*([^{}]{1,100}?)\s*\}\}/;

/**
 * Throws when TradingView left a placeholder as it stands: what it would have said is unknown, and an
 * unquoted one also breaks the JSON around it.
 */
export function refusePlaceholders(text: string): void {
  if (!text.includes("{{")) return;
  const name = PLACEHOLDER.exec(text)?.[1];
  if (name === undefined) return;
  throw new AlertRefused(
    "unexpanded_placeholder",
    name,
    `TradingView did not fill in {{${name}}}`,
    name.startsWith("strategy.")
      ? "{{strategy.…}} is filled in only for alerts of a strategy, on order fills; this alert belongs to an indicator or a price"
      : "check the spelling of the placeholder; TradingView leaves those it does not know as they are",
  );
}
