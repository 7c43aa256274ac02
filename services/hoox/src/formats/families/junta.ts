import { actionNamed } from "../action.ts";
import { said, truth } from "../fields.ts";
import type { Family } from "./family.ts";

/**
 * junta/tradingview-alert-connector (types.ts): `order` is the action, `position` what stands after it, `reverse`
 * turns a buy into a long that closes a short first. Its `strategy` is a name for the sender alone.
 */
export const junta: Family = {
  name: "tradingview-alert-connector",
  recognises: (fields) =>
    typeof fields.get("order") === "string" &&
    fields.has("market") &&
    (fields.has("passphrase") || fields.has("reverse")),
  adapt(fields) {
    fields.delete("strategy");
    if (truth(said(fields, "reverse") ?? "") !== true) return;
    const action = actionNamed(said(fields, "order") ?? "");
    const position = said(fields, "position")?.toLowerCase();
    fields.read.set("reverse", "action");
    if (action === "buy" && position !== "flat" && position !== "short") fields.set("order", "long");
    if (action === "sell" && position !== "flat" && position !== "long") fields.set("order", "short");
  },
};
