import { compare, multiply, type Decimal } from "#contracts/decimal";
import { parseClientOrderId } from "#contracts/ids";
import type { Evidence } from "#contracts/ledger";
import type { Desk } from "./desk.ts";

const NONE = { filledQuantity: "0", averagePrice: undefined } as const;

/**
 * Cancels and places what a signal's protection needs until nothing more is to be done, at a venue that lets everything
 * rest but what is worth less than `least`.
 */
export async function keepGuarded(
  desk: Desk,
  number: number,
  { least = "0" }: { least?: Decimal } = {},
): Promise<void> {
  for (;;) {
    const claimed = await desk.claim(number, { purpose: "watch" });
    if (claimed.status !== "go") return;
    const work = claimed.tasks.filter((task) => task.do !== "ask");
    const evidence: Evidence[] = [];
    for (const { do: what, leg } of work) {
      if (what === "cancel") evidence.push(desk.order(number, leg, { status: "cancelled", ...NONE }));
      if (what !== "place") continue;
      const {
        quantity,
        triggerPrice = "0",
        target,
      } = await desk.send(number, leg, claimed.lease, ...evidence.splice(0));
      const refused = compare(multiply(quantity, triggerPrice), least) < 0;
      const mate = target && parseClientOrderId(target.clientOrderId)?.leg;
      for (const each of [leg, ...(mate === undefined ? [] : [mate])])
        evidence.push(
          refused
            ? desk.evidence(number, each, { kind: "rejected", reason: "Filter failure: NOTIONAL" })
            : desk.order(number, each, { status: "working", quantity, ...NONE }),
        );
    }
    await desk.settle(number, claimed.lease, ...evidence);
    if (work.length === 0) return;
  }
}
