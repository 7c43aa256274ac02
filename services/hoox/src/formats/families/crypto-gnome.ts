import { plainName } from "../aliases.ts";
import { said, wrong, type Fields } from "../fields.ts";
import { protectionNamed } from "../protection-names.ts";
import { saysNothing } from "../protection.ts";
import type { Family } from "./family.ts";

/**
 * CryptoGnome/Tradingview-Webhook-Bot: `order_mode` says which protection is meant (Both, Profit, Stop).
 * `cancel_orders` clears what an earlier alert left resting, which Hoox's own exits do.
 */
export const cryptoGnome: Family = {
  name: "CryptoGnome",
  recognises: (fields) => fields.has("ordermode") || fields.has("cancelorders"),
  adapt(fields) {
    const mode = plainName(said(fields, "order_mode") ?? "both");
    if (mode === "both") return;
    if (mode !== "profit" && mode !== "stop") throw wrong(fields.spelled("ordermode"), "must be Both, Profit or Stop");
    refuseUnused(fields, mode === "profit" ? "stopLoss" : "takeProfits");
  },
};

function refuseUnused(fields: Fields, kind: "stopLoss" | "takeProfits"): void {
  for (const [plain, value] of fields) {
    const named = protectionNamed(plain);
    if (named === undefined || named === "trailing" || named.kind !== kind || saysNothing(value)) continue;
    const name = fields.spelled(plain);
    const mode = `${fields.spelled("ordermode")} says "${said(fields, "order_mode")}"`;
    throw wrong(name, `is given, but ${mode}, which leaves it out`, `write Both, or leave ${name} out`);
  }
}
