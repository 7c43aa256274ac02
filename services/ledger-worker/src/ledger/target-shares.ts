import { divide, minimum, roundToStep, subtract, type Decimal } from "#contracts/decimal";
import type { Signal } from "#contracts/signal";

/** Each target's part of the filled quantity: its own, or an equal share of what the others leave. */
export function targetShares(signal: Pick<Signal, "takeProfits">, filled: Decimal, step?: Decimal): Decimal[] {
  const targets = signal.takeProfits ?? [];
  let left = filled;
  const take = (wanted: Decimal): Decimal => {
    const taken = minimum(wanted, left);
    left = subtract(left, taken);
    return taken;
  };
  const given = targets.map((target) => (target.quantity === undefined ? undefined : take(target.quantity)));
  let open = given.filter((quantity) => quantity === undefined).length;
  return given.map((quantity) => {
    if (quantity !== undefined) return quantity;
    const part = divide(left, String(open));
    // In whole steps, so that rounding leaves nothing between the parts.
    const share = open === 1 ? left : step === undefined ? part : roundToStep(part, step);
    open -= 1;
    return take(share);
  });
}
