import { add, divide, multiply, subtract, type Decimal } from "#contracts/decimal";
import type { Signal } from "#contracts/signal";
import type { LegRow } from "./rows.ts";

/** Where a protective leg of this signal stands: its own price, or a distance from the entry's average. */
export function triggerPrice(
  signal: Pick<Signal, "stopLoss" | "takeProfits">,
  leg: Pick<LegRow, "role" | "target">,
  entry: Pick<LegRow, "side" | "average_price">,
): Decimal | undefined {
  const rule = leg.role === "stop" ? signal.stopLoss : signal.takeProfits?.[leg.target ?? -1];
  if (!rule) return undefined;
  if ("price" in rule) return rule.price;
  const average = entry.average_price;
  if (average === null) return undefined;
  const above = (leg.role === "target") === (entry.side === "buy");
  const factor = above ? add("100", rule.percent) : subtract("100", rule.percent);
  return divide(multiply(average, factor), "100");
}
