import type { StrategyDefaults } from "#contracts/strategy";
import { strategyAlert, tradingViewAlert, type AlertText } from "./alert.ts";

export const templateFormats = ["hoox", "target"] as const;
export type TemplateFormat = (typeof templateFormats)[number];

/** For the message box: `hoox` sends each order of the strategy, `target` the position it wants, which can be sent twice. */
export function templateOf(
  format: TemplateFormat,
  key: string,
  defaults: StrategyDefaults | undefined,
): Partial<AlertText> & { position_size?: string } {
  const alert = defaults === undefined ? tradingViewAlert(key) : strategyAlert(key, defaults);
  if (format === "hoox") return alert;
  const { apiKey, exchange, symbol, price, idempotencyKey, time } = alert;
  return {
    apiKey,
    ...(exchange && { exchange }),
    symbol,
    position_size: "{{strategy.position_size}}",
    price,
    idempotencyKey,
    time,
  };
}
