import type { Family } from "./family.ts";

/** tvbit-bot (Bybit): the order stands in an object inside. */
export const tvbit: Family = {
  name: "tvbit-bot",
  recognises: (fields) => fields.has("istestnet"),
};
