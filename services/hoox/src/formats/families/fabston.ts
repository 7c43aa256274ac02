import { AlertRefused } from "../refused.ts";
import type { Family } from "./family.ts";

/** fabston/TradingView-Webhook-Bot: a text for a chat, and no order. */
export const fabston: Family = {
  name: "TradingView-Webhook-Bot",
  recognises: (fields) =>
    fields.has("msg") && !["symbol", "ticker", "action", "side", "order"].some((name) => fields.has(name)),
  adapt() {
    throw new AlertRefused(
      "nothing_to_trade",
      "msg",
      "this alert only carries a message (msg): there is nothing to trade in it",
      'Hoox tells you of your orders by itself; to trade, add "symbol", "action" and "quantity"',
    );
  },
};
