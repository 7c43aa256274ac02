import type { OrderRequest } from "#contracts/order";
import { placeReplyOf } from "../binance/asking.ts";
import type { Reply, Transport } from "../binance/transport.ts";
import type { PlaceReply } from "../venue.ts";

export type MarginMode = "isolated" | "crossed";

/** Sets what an entry asks for before it is sent; answers why it was not sent when Binance did not agree. */
export async function setTerms(of: {
  transport: Transport;
  order: OrderRequest;
  symbol: string;
  marginMode: MarginMode | undefined;
}): Promise<PlaceReply | undefined> {
  const { transport, order, symbol, marginMode } = of;
  if (order.reduceOnly) return undefined;
  if (marginMode !== undefined) {
    const marginType = marginMode.toUpperCase();
    const reply = await transport.signed("POST", "/fapi/v1/marginType", { symbol, marginType });
    const no = refusal(reply, `the margin mode ${marginMode}`);
    if (no !== undefined) return no;
  }
  if (order.leverage === undefined) return undefined;
  const { leverage } = order;
  return refusal(await transport.signed("POST", "/fapi/v1/leverage", { symbol, leverage }), `the leverage ${leverage}`);
}

function refusal(reply: Reply, what: string): PlaceReply | undefined {
  if (reply.ok || reply.fault.verdict === "unchanged") return undefined;
  const reason = `not sent, because ${what} could not be set: ${reply.fault.reason}`;
  // Only entries set anything.
  const no = placeReplyOf({ ...reply.fault, reason }, { reduceOnly: false });
  // Whatever became of the setting, the order itself never left.
  return no.kind === "unknown" ? { kind: "not_executed", reason: no.reason } : no;
}
