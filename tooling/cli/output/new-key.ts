import { messageBox, type AlertText } from "../alert.ts";
import type { Paint } from "./paint.ts";

/** What a person needs to let TradingView send alerts of a strategy: the only time that its key is shown. */
export function newKeyText(of: { name: string; key: string; url: string; alert: AlertText }, paint: Paint): string {
  return [
    `${paint.dim("strategy")}  ${paint.bold(of.name)}`,
    `${paint.dim("key")}       ${of.key}  ${paint.odd("(shown only now)")}`,
    `${paint.dim("webhook")}   ${of.url}`,
    "",
    paint.dim("For TradingView's message box:"),
    messageBox(of.alert),
  ].join("\n");
}
