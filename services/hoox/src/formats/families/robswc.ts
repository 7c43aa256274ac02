import type { Family } from "./family.ts";

/** robswc/tradingview-webhooks-bot: the names of the table. Its older form, a Python literal, is no JSON (text-formats.ts). */
export const robswc: Family = {
  name: "tradingview-webhooks-bot",
  recognises: (fields) => fields.has("key") && fields.has("side") && (fields.has("ordertype") || fields.has("type")),
};
