import { compare } from "#contracts/decimal";
import type { Signal } from "#contracts/signal";
import { AlertRefused } from "./refused.ts";

type Entry = Pick<Signal, "action" | "price" | "stopLoss" | "takeProfits">;

/**
 * Throws when a stop or target of an entry stands where it would act at once, or can never act. A market order's
 * price is only a reference, but a stop beyond it was meant for the other side.
 */
export function refuseWrongSide({ action, price, stopLoss, takeProfits = [] }: Entry): void {
  const long = action === "long" || action === "buy";
  const stop = stopLoss !== undefined && "price" in stopLoss ? stopLoss.price : undefined;
  const targets = takeProfits.flatMap((each) => ("price" in each ? [each.price] : []));
  const below = (a: string, b: string): boolean => compare(a, b) < 0;
  const stopIsRight = (against: string): boolean => (long ? below(stop ?? "0", against) : below(against, stop ?? "0"));

  if (stop !== undefined && price !== undefined && !stopIsRight(price))
    throw wrongSide("stopLoss", `stopLoss ${stop} is not ${long ? "below" : "above"} the price ${price}`, action, long);
  for (const target of targets) {
    if (price !== undefined && !(long ? below(price, target) : below(target, price))) {
      const problem = `takeProfits ${target} is not ${long ? "above" : "below"} the price ${price}`;
      throw wrongSide("takeProfits", problem, action, long);
    }
    if (stop !== undefined && !stopIsRight(target)) {
      const problem = `stopLoss ${stop} is not ${long ? "below" : "above"} takeProfits ${target}`;
      throw wrongSide("stopLoss", problem, action, long);
    }
  }
  const percents = long ? [["stopLoss", stopLoss] as const] : takeProfits.map((each) => ["takeProfits", each] as const);
  for (const [name, each] of percents) {
    if (each === undefined || !("percent" in each) || below(each.percent, "100")) continue;
    const problem = `${name} ${each.percent}% of a ${long ? "long" : "short"} is a price of zero or less`;
    throw new AlertRefused("contradiction", name, problem, `write ${name} as a percentage below 100, or as a price`);
  }
}

function wrongSide(name: string, problem: string, action: string, long: boolean): AlertRefused {
  const [stop, target] = long ? ["below", "above"] : ["above", "below"];
  const hint = `the stop of a ${action} stands ${stop} its price and a target ${target}: check action, price and ${name}`;
  return new AlertRefused("contradiction", name, problem, hint);
}
