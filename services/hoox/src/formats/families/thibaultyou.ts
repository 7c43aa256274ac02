import { said } from "../fields.ts";
import type { Family } from "./family.ts";

/**
 * thibaultyou/tradingview-alerts-processor (docs/2_Alerts.md): `size` is dollars or a percentage,
 * `max` the most dollars in the position, `stub` an account.
 */
export const thibaultyou: Family = {
  name: "tradingview-alerts-processor",
  recognises: (fields) => fields.has("stub"),
  adapt(fields) {
    fields.rename("max", "maxpositionnotional");
    if (said(fields, "size")?.endsWith("%") === false) fields.rename("size", "sizeusd");
  },
};
