import { absolute, add, isPositive, isZero, subtract } from "#contracts/decimal";
import { parseClientOrderId } from "#contracts/ids";
import type { Finding, Invariant } from "./invariant.ts";
import { isLeftToPerson } from "./left-to-person.ts";

/** What is told as being closed, because it cannot be guarded, is closed or left to a person; it is not what others opened. */
export const emergenciesEnd: Invariant = {
  name: "what could not be guarded is closed",
  check(mesh) {
    return [...mesh.venues].flatMap(([ledger, venue]) => {
      const { orders, positions } = venue.book();
      return positions.flatMap(({ symbol, quantity }): Finding[] => {
        if (isZero(quantity)) return [];
        const own = orders.filter((order) => order.symbol === symbol);
        const side = isPositive(quantity) ? "buy" : "sell";
        const others = own.filter(({ clientOrderId, ...order }) => {
          const named = parseClientOrderId(clientOrderId);
          const told = mesh.telegram.told.get(named?.requestId ?? "") ?? [];
          return order.side === side && named?.leg === "e" && !told.some(({ title }) => /, closing /.test(title));
        });
        const theirs = others.reduce((sum, order) => add(sum, order.filledQuantity), "0");
        const left = subtract(subtract(absolute(quantity), theirs), venue.dustOf(symbol));
        if (!isPositive(left) || isLeftToPerson(mesh, own)) return [];
        return [{ expected: `${ledger} has closed all but ${theirs} ${symbol}`, found: `${quantity} is open` }];
      });
    });
  },
};
