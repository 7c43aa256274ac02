import type { Family } from "./family.ts";

/** Our own, and every alert that is written in names of the table alone. */
export const hoox: Family = { name: "Hoox", recognises: () => true };
