import { add, compare, type Decimal } from "#contracts/decimal";
import { parseClientOrderId } from "#contracts/ids";
import type { Invariant } from "./invariant.ts";

/** The emergency closes of an entry take together no more than it opened: what is open beside it is not theirs. */
export const emergencyTakesItsOwn: Invariant = {
  name: "an emergency takes its own",
  check: (mesh) =>
    [...mesh.venues].flatMap(([ledger, venue]) => {
      const opened = new Map<string, Decimal>();
      const closed = new Map<string, Decimal>();
      for (const { clientOrderId, filledQuantity } of venue.book().orders) {
        const { requestId = "", leg = "" } = parseClientOrderId(clientOrderId) ?? {};
        const all = leg === "e" ? opened : leg.startsWith("x") ? closed : undefined;
        all?.set(requestId, add(all.get(requestId) ?? "0", filledQuantity));
      }
      return [...closed].flatMap(([requestId, quantity]) => {
        const most = opened.get(requestId) ?? "0";
        const expected = `${ledger}: emergency closes of ${requestId} take at most the ${most} that it opened`;
        return compare(quantity, most) > 0 ? [{ expected, found: quantity }] : [];
      });
    }),
};
