import { parseClientOrderId } from "#contracts/ids";
import type { PaperOrder } from "../../../services/trade-worker/src/venues/paper/rpc.ts";
import type { Mesh } from "../mesh/mesh.ts";

/** Whether somebody was asked to close by hand what one of these orders opened. */
export function isLeftToPerson(mesh: Mesh, orders: readonly PaperOrder[]): boolean {
  return orders.some((order) => {
    const requestId = parseClientOrderId(order.clientOrderId)?.requestId ?? "";
    return mesh.telegram.told.get(requestId)?.some(({ title }) => title.startsWith("Close it by hand")) ?? false;
  });
}
