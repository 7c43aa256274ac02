import type { Family } from "./family.ts";

const SHORT = { e: "exchange", s: "symbol", b: "action", q: "quantity", l: "leverage", t: "ordertype", p: "price" };

/** Autoview's one-letter names, written as JSON. Its own form is a line of text (text-formats.ts). */
export const autoview: Family = {
  name: "Autoview",
  recognises: (fields) => fields.has("s") && (fields.has("b") || fields.has("c")),
  adapt(fields) {
    if (fields.get("c") === "position") fields.rename("c", "isclose");
    if (fields.get("isclose") === "position") fields.set("isclose", true);
    for (const [short, name] of Object.entries(SHORT)) fields.rename(short, name);
  },
};
