import type { PaperOrder } from "../../../services/trade-worker/src/venues/paper/rpc.ts";
import type { Mesh } from "../mesh/mesh.ts";
import { requestOf } from "./open-positions.ts";

/**
 * Whether somebody was told that what one of these orders opened stays open: it is to be closed by hand, or is too little for
 * anybody to sell.
 */
export function isLeftToPerson(mesh: Mesh, orders: readonly PaperOrder[]): boolean {
  return orders.some((order) => {
    const titles = (mesh.telegram.told.get(requestOf(order)) ?? []).map(({ title }) => title);
    return titles.some((title) => title.startsWith("Close it by hand") || title.startsWith("Too little to be sold"));
  });
}
