import { add, compare } from "#contracts/decimal";
import { partsOf } from "#contracts/ids";
import type { Finding, Invariant } from "./invariant.ts";
import { isSameHolding } from "./positions.ts";

/** Every order in a venue's book has its row with the venue's status, quantity and fills; positions likewise. */
export const projectionAgrees: Invariant = {
  name: "the database shows what the venue did",
  check(mesh) {
    return [...mesh.venues].flatMap(([name, venue]) => {
      const { orders, positions } = venue.book();
      const { account, venue: venueName } = partsOf(name);
      const findings: Finding[] = [];
      for (const order of orders) {
        const row = mesh.database.rows(
          "SELECT status, filled_quantity FROM orders WHERE client_order_id = ?",
          order.clientOrderId,
        )[0];
        const expected = `${order.status} ${order.filledQuantity}`;
        const found = row === undefined ? "no row" : `${String(row["status"])} ${String(row["filled_quantity"])}`;
        if (found !== expected)
          findings.push({ expected: `${name}: the row of ${order.clientOrderId} says ${expected}`, found });
        const fills = mesh.database
          .rows("SELECT quantity FROM fills WHERE client_order_id = ?", order.clientOrderId)
          .reduce((sum, fill) => add(sum, String(fill["quantity"])), "0");
        if (compare(fills, order.filledQuantity) !== 0)
          findings.push({
            expected: `${name}: fills of ${order.filledQuantity} for ${order.clientOrderId}`,
            found: fills,
          });
      }
      for (const { symbol, quantity } of positions) {
        const row = mesh.database.rows(
          "SELECT quantity FROM positions WHERE account = ? AND venue = ? AND symbol = ?",
          account,
          venueName,
          symbol,
        )[0];
        const found = String(row?.["quantity"] ?? "0");
        if (!isSameHolding({ ledgers: found, venues: quantity, dust: venue.dustOf(symbol) })) {
          findings.push({ expected: `${name}: the row of position ${symbol} says ${quantity}`, found });
        }
      }
      return findings;
    });
  },
};
