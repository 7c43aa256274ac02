import { absolute, compare } from "#contracts/decimal";
import type { Finding, Invariant } from "./invariant.ts";
import { isLittle } from "./little-is-little.ts";
import { isLeftToPerson } from "./left-to-person.ts";

/**
 * Once the last alerts of all were to close everything, nothing that could be sold is open and nothing rests, whatever came
 * before, unless a person was asked to close it.
 */
export const lastWordCloses: Invariant = {
  name: "the last word closes everything",
  check: (mesh) =>
    [...mesh.venues].flatMap(([ledger, venue]) => {
      const { orders, positions } = venue.book();
      return [...new Set(orders.map(({ symbol }) => symbol))].flatMap((symbol): Finding[] => {
        const ofLane = orders.filter((each) => each.symbol === symbol);
        if (isLeftToPerson(mesh, ofLane)) return [];
        const held = positions.find((each) => each.symbol === symbol)?.quantity ?? "0";
        const resting = ofLane.filter(({ status }) => status === "working").map(({ clientOrderId }) => clientOrderId);
        const isLeft = !symbol.endsWith(".P") && venue.isStrict && isLittle(symbol, held);
        const isClosed = isLeft || compare(absolute(held), venue.dustOf(symbol)) <= 0;
        if (isClosed && resting.length === 0) return [];
        const found = `${held} is open, ${resting.join(", ") || "nothing"} rests`;
        return [{ expected: `${ledger}: nothing of ${symbol}`, found }];
      });
    }),
};
