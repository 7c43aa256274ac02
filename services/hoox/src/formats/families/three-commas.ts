import type { Family } from "./family.ts";

/** 3Commas Signal Bot (help.3commas.io 9374557, 8894481): the order and the strategy's position stand in objects inside. */
export const threeCommas: Family = {
  name: "3Commas",
  recognises: (fields) => fields.has("botuuid") || (fields.has("tvinstrument") && fields.has("maxlag")),
};
