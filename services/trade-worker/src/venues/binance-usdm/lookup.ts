import * as z from "zod";
import { isZero } from "#contracts/decimal";
import type { VenueOrder } from "#contracts/order";
import { within, type Clock } from "../../clock.ts";
import { ask, askIfThere } from "../binance/asking.ts";
import { FEE_LIMIT, lackingFee, unknownFee, type Fee } from "../binance/fees.ts";
import { inLists, LIST_LIMIT, listedTrade, readListed } from "../binance/lists.ts";
import { tradesOf } from "../binance/order-trades.ts";
import { listedOrder, trade, type Commission } from "../binance/shapes.ts";
import type { Parameters } from "../binance/signing.ts";
import type { Transport } from "../binance/transport.ts";
import { VenueUnavailable, type FoundOrder, type OrderKey } from "../venue.ts";
import {
  algoOrder,
  algoVenueId,
  isConditionalLeg,
  listedAlgoOrder,
  untriggeredOrderOf,
  usdmOrder,
  venueOrderOf,
  type AlgoOrder,
  type UsdmOrder,
} from "./orders.ts";

interface LookupDeps {
  transport: Transport;
  clock: Clock;
  feeOf: (commissions: readonly Commission[], symbol: string) => Promise<Fee>;
}

export function createLookup({ transport, clock, feeOf }: LookupDeps) {
  const get = <S extends z.ZodType>(what: string, path: string, parameters: Parameters, schema: S) =>
    ask(what, transport.signed("GET", path, parameters), schema);
  const nameOf = (key: OrderKey): string => key.symbol.replace(/\.P$/, "");

  async function feeFor(
    { orderId, executedQty: filled, updateTime: updatedAt }: UsdmOrder,
    key: OrderKey,
  ): Promise<Fee> {
    if (isZero(filled)) return { fee: "0" };
    const of = { symbol: nameOf(key), orderId, limit: LIST_LIMIT };
    const heard = await tradesOf(() => get("the trades", "/fapi/v1/userTrades", of, z.array(trade)), {
      filled,
      updatedAt,
      clock,
    });
    return { ...(await feeOf(heard.trades, key.symbol)), ...lackingFee(heard) };
  }

  /** What an order did its own answer says, and a stop must not wait until somebody has found out the fee of it. */
  async function withFee(order: UsdmOrder, key: OrderKey, venueOrderId?: string): Promise<VenueOrder> {
    const { fee, ...why } = await within(clock, FEE_LIMIT, feeFor(order, key)).catch(unknownFee);
    return { ...venueOrderOf(order, { ...key, fee, venueOrderId }), ...why };
  }

  async function triggered(algo: AlgoOrder, key: OrderKey): Promise<FoundOrder> {
    const { algoStatus, actualOrderId } = algo;
    if (actualOrderId === undefined) {
      if (algoStatus === "CANCELED") return untriggeredOrderOf(algo, "cancelled");
      if (algoStatus === "REJECTED") return untriggeredOrderOf(algo, "rejected");
      if (algoStatus === "EXPIRED") return untriggeredOrderOf(algo, "expired");
      if (algoStatus === "NEW") return untriggeredOrderOf(algo, "working");
      if (algoStatus !== "FINISHED") return { ...untriggeredOrderOf(algo, "working"), isTriggered: true };
      throw new VenueUnavailable(`order ${key.clientOrderId} has ended and Binance does not say yet as which order`);
    }
    const of = { symbol: nameOf(key), orderId: actualOrderId };
    const order = await get(`order ${key.clientOrderId}`, "/fapi/v1/order", of, usdmOrder);
    return { ...(await withFee(order, key, algoVenueId(algo))), isTriggered: true };
  }

  async function findInLists(key: OrderKey): Promise<UsdmOrder | undefined> {
    const of = { symbol: nameOf(key), limit: LIST_LIMIT };
    // Trades first: what is in them must be in a list of orders that was asked for later.
    const trades = await get("the trades", "/fapi/v1/userTrades", of, z.array(listedTrade));
    const orders = await get("the orders", "/fapi/v1/allOrders", of, z.array(listedOrder));
    const order = inLists(key.clientOrderId, { trades, orders, symbol: of.symbol, now: clock.now() });
    return order && readListed(key.clientOrderId, order, usdmOrder);
  }

  async function algoById({ clientOrderId }: OrderKey): Promise<AlgoOrder | undefined> {
    const byId = transport.signed("GET", "/fapi/v1/algoOrder", { clientAlgoId: clientOrderId });
    return askIfThere(`order ${clientOrderId}`, byId, algoOrder);
  }

  async function waitingAlgo(key: OrderKey): Promise<AlgoOrder | undefined> {
    const of = { symbol: nameOf(key) };
    const open = await get("the open conditional orders", "/fapi/v1/openAlgoOrders", of, z.array(listedAlgoOrder));
    const algo = open.find((each) => each.clientAlgoId === key.clientOrderId);
    return algo && readListed(key.clientOrderId, algo, algoOrder);
  }

  async function plain(key: OrderKey): Promise<UsdmOrder | undefined> {
    const of = { symbol: nameOf(key), origClientOrderId: key.clientOrderId };
    const byId = transport.signed("GET", "/fapi/v1/order", of);
    return (await askIfThere(`order ${key.clientOrderId}`, byId, usdmOrder)) ?? findInLists(key);
  }

  /**
   * A stop or a target is asked for as a conditional order first, because the order that it becomes may bear its client id
   * and must not count as a second one: found alone, it proves only that the leg is not absent. Asked for in the way that
   * such an order goes, so that it cannot pass by.
   */
  async function find(key: OrderKey): Promise<FoundOrder | undefined> {
    const conditional = isConditionalLeg(key.clientOrderId);
    const algo = conditional === false ? undefined : await algoById(key);
    if (algo !== undefined) return triggered(algo, key);
    const waiting = conditional === true ? await waitingAlgo(key) : undefined;
    if (waiting !== undefined) return triggered(waiting, key);
    const order = await plain(key);
    if (order === undefined || conditional !== true) return order && withFee(order, key);
    throw new VenueUnavailable(
      `order ${key.clientOrderId} has become order ${order.orderId} and Binance does not say yet what of`,
    );
  }

  return { find, algoById, withFee };
}
