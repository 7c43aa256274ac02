import type { Invariant } from "./invariant.ts";

/** No order reaches a venue that breaks one of its rules: they are asked for before, and orders are rounded to them. */
export const keepsRules: Invariant = {
  name: "every order keeps the venue's rules",
  check: (mesh) =>
    [...mesh.venues].flatMap(([name, venue]) =>
      venue.brokeRules.map((found) => ({ expected: `${name} is sent orders that it can take`, found })),
    ),
};
