import { remembered } from "../mesh/remembered.ts";
import type { Finding, Invariant } from "./invariant.ts";

/** A message that returns after its signal was forgotten trades nothing, tells nobody and changes no row. */
export const lateIsHarmless: Invariant = {
  name: "what returns late is harmless",
  check(mesh) {
    const { before } = mesh;
    if (before === undefined) return [];
    const now = remembered(mesh);
    return Object.entries(now).flatMap(([what, value]): Finding[] => {
      const then = before[what] ?? "";
      return value === then ? [] : [{ expected: `${what} as before: ${then}`, found: value }];
    });
  },
};
