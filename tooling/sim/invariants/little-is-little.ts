import { compare, isZero, multiply, roundToStep } from "#contracts/decimal";
import { STRICT } from "../mesh/exchange.ts";
import { markets } from "../scenario.ts";
import type { Invariant } from "./invariant.ts";

/** Prices move by so much below the one around which a market trades. */
const LOWEST = "0.95";

/** What is given up because the venue sells no less is worth less than that. */
export const littleIsLittle: Invariant = {
  name: "what is left as too little is little",
  check: (mesh) =>
    [...mesh.telegram.told.values()].flat().flatMap(({ title }) => {
      const [, quantity = "0", symbol] = /^Too little to be sold, left as it is: (\S+) (\S+)/.exec(title) ?? [];
      const base = markets.find((market) => market.symbol === symbol)?.base ?? 0;
      const sellable = roundToStep(quantity, STRICT.quantityStep);
      const worth = multiply(multiply(sellable, String(base)), LOWEST);
      if (isZero(quantity) || compare(worth, STRICT.minNotional ?? "0") < 0) return [];
      return [
        { expected: `less than ${STRICT.minNotional ?? "0"} is left as too little`, found: `${title}: ${worth}` },
      ];
    }),
};
