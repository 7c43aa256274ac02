import { isZero } from "#contracts/decimal";
import { partsOf } from "#contracts/ids";
import type { Mesh } from "./mesh/mesh.ts";
import { markets } from "./scenario.ts";
import { WEBHOOK_KEY, type PlannedAlert } from "./stories.ts";

/** A `close` of everything that is open or rests anywhere, sent at once. */
export function sayLastWord(mesh: Mesh): void {
  for (const [ledger, venue] of mesh.venues) {
    const { orders, positions } = venue.book();
    const open = positions.filter(({ quantity }) => !isZero(quantity));
    const resting = orders.filter(({ status }) => status === "working");
    for (const symbol of new Set([...open, ...resting].map((each) => each.symbol)))
      mesh.sender.plan(closing(partsOf(ledger).account, symbol));
  }
}

function closing(account: string, symbol: string): PlannedAlert {
  const name = `last-${account}-${symbol}`;
  const price = String(markets.find((market) => market.symbol === symbol)?.base);
  const body = JSON.stringify({ apiKey: WEBHOOK_KEY, account, symbol, action: "close", price, idempotencyKey: name });
  return { id: name, name, at: 0, body, key: name };
}
