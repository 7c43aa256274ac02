import { compare, isZero, multiply, roundToStep, type Decimal } from "#contracts/decimal";
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
      if (symbol === undefined || isZero(quantity) || isLittle(symbol, quantity)) return [];
      return [{ expected: `less than ${STRICT.minNotional ?? "0"} is left as too little`, found: title }];
    }),
};

/** Whether a strict venue may refuse to sell it, because of its worth. */
export function isLittle(symbol: string, quantity: Decimal): boolean {
  const base = markets.find((market) => market.symbol === symbol)?.base ?? 0;
  const sellable = roundToStep(quantity, STRICT.quantityStep);
  return compare(multiply(multiply(sellable, String(base)), LOWEST), STRICT.minNotional ?? "0") < 0;
}
