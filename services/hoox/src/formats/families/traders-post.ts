import type { Family } from "./family.ts";

/** TradersPost (docs.traderspost.io): the names of the table, `sentiment` as the position after the order. */
export const tradersPost: Family = {
  name: "TradersPost",
  recognises: (fields) => fields.has("sentiment") || fields.has("quantitytype"),
};
