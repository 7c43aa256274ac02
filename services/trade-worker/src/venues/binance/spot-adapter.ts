import * as z from "zod";
import { add, compare, multiply, type Decimal } from "#contracts/decimal";
import { targetOf, type OrderRequest, type VenueOrder } from "#contracts/order";
import type { Holding } from "#contracts/routes/trade";
import { millisecondsSince, within, type Clock } from "../../clock.ts";
import { messageOf } from "../../message-of.ts";
import { VenueRefusal, VenueUnavailable, type OrderKey, type PlaceReply, type Venue } from "../venue.ts";
import { ask, askIfThere, askOrRefuse, orUnavailable, placeReplyOf, unavailable } from "./asking.ts";
import { assetsFor, FEE_LIMIT, feeOf, keptOf, lackingFee, unknownFee } from "./fees.ts";
import type { KnownSymbols, Question } from "./known-symbols.ts";
import { inLists, LIST_LIMIT, listedTrade, readListed, SETTLED_AFTER_MS } from "./lists.ts";
import { tradesOf, type OrderTrades } from "./order-trades.ts";
import { amount, listedOrder, trade, type Commission } from "./shapes.ts";
import {
  orderList,
  pairParameters,
  spotOrder,
  spotParameters,
  venueOrderOf,
  type Charges,
  type SpotOrder,
} from "./spot-orders.ts";
import type { Assets } from "./symbol-info.ts";
import type { Parameters } from "./signing.ts";
import type { Memory, Transport } from "./transport.ts";

const ticker = z.object({ price: amount });
const account = z.object({ balances: z.array(z.object({ asset: z.string(), free: amount, locked: amount })) });

export interface SpotDeps {
  transport: Transport;
  clock: Clock;
  memory: Memory;
  known: KnownSymbols;
}

/** Binance spot. What an account holds of the base asset is its position; it cannot be short. */
export function binanceSpotVenue({ transport, clock, memory, known }: SpotDeps): Venue {
  const askSigned = <S extends z.ZodType>(what: string, path: string, parameters: Parameters, schema: S) =>
    ask(what, transport.signed("GET", `/api/v3/${path}`, parameters), schema);

  function questionOf(symbol: string): Question {
    if (symbol.endsWith(".P")) {
      throw new VenueRefusal(`${symbol} is a perpetual; the venue binance trades spot, use binance-usdm`);
    }
    const answer = (): Promise<unknown> =>
      askOrRefuse(`the rules of ${symbol}`, transport.open("/api/v3/exchangeInfo", { symbol }), z.unknown());
    return { scope: symbol, clock, ask: answer };
  }

  const assetsOf = async (symbol: string): Promise<Assets> => known.assetsOf(symbol, questionOf(symbol));

  const priceOf = async (symbol: string): Promise<Decimal> =>
    (await ask(`the price of ${symbol}`, transport.open("/api/v3/ticker/price", { symbol }), ticker)).price;

  async function chargesOf(
    { side }: Pick<SpotOrder, "side">,
    commissions: readonly Commission[],
    symbol: string,
  ): Promise<Charges> {
    if (commissions.length === 0) return { fee: "0", kept: "0" };
    try {
      const heard = within(clock, FEE_LIMIT, assetsOf(symbol));
      const { baseAsset, quoteAsset } = await assetsFor(heard, { name: symbol, commissions });
      const { kept, others } = keptOf(commissions, { side, baseAsset });
      const fee = within(clock, FEE_LIMIT, feeOf(others, { quoteAsset, priceOf }));
      return { kept, ...(await fee.catch(unknownFee)) };
    } catch (error) {
      // A third asset is not kept out of what was bought.
      return { kept: "0", ...unknownFee(error) };
    }
  }

  async function withCharges(order: SpotOrder, { clientOrderId, symbol }: OrderKey): Promise<VenueOrder> {
    const { side, orderId, executedQty: filled } = order;
    const of = { clientOrderId, now: clock.now() };
    const bare = venueOrderOf(order, { ...of, charges: { fee: "0", kept: "0" } });
    if (compare(filled, "0") === 0) return bare;
    const { updatedAt } = bare;
    const asked = tradesOf(
      () => askSigned("the trades", "myTrades", { symbol, orderId, limit: LIST_LIMIT }, z.array(trade)),
      { filled, updatedAt, clock },
    );
    // Of a purchase the fee decides what came: more than that can be neither guarded nor sold, and would be booked for good.
    const decides = side === "BUY";
    const heard = decides ? await asked : await within(clock, FEE_LIMIT, asked).catch(unheard);
    const { lacks, trades } = heard;
    if (decides && lacks !== undefined && millisecondsSince(clock, updatedAt) < SETTLED_AFTER_MS)
      throw new VenueUnavailable(`what came of order ${orderId} is not known yet: ${lacks}`);
    const charges = await chargesOf(order, trades, symbol);
    return venueOrderOf(order, { ...of, charges: { ...charges, ...lackingFee(heard) } });
  }

  async function findInLists(key: OrderKey): Promise<VenueOrder | undefined> {
    const { symbol } = key;
    // Trades first: what is in them must be in a list of orders that was asked for later.
    const trades = await askSigned("the trades", "myTrades", { symbol, limit: LIST_LIMIT }, z.array(listedTrade));
    const orders = await askSigned("the orders", "allOrders", { symbol, limit: LIST_LIMIT }, z.array(listedOrder));
    const order = inLists(key.clientOrderId, { trades, orders, symbol, now: clock.now() });
    return order && withCharges(readListed(key.clientOrderId, order, spotOrder), key);
  }

  async function find(key: OrderKey): Promise<VenueOrder | undefined> {
    const { symbol, clientOrderId } = key;
    const asked = transport.signed("GET", "/api/v3/order", { symbol, origClientOrderId: clientOrderId });
    const order = await askIfThere(`order ${clientOrderId}`, asked, spotOrder);
    return order === undefined ? findInLists(key) : withCharges(order, key);
  }

  async function taken(order: SpotOrder, { clientOrderId, symbol }: OrderKey): Promise<VenueOrder> {
    const charges = await chargesOf(order, order.fills ?? [], symbol);
    return venueOrderOf(order, { clientOrderId, now: clock.now(), charges });
  }

  async function accepted(body: unknown, order: OrderRequest): Promise<PlaceReply> {
    const { data } = spotOrder.safeParse(body);
    return data === undefined ? unreadable : { kind: "accepted", order: await taken(data, order) };
  }

  async function acceptedPair(body: unknown, stop: OrderKey, target: OrderKey): Promise<PlaceReply> {
    const reports = orderList.safeParse(body).data?.orderReports ?? [];
    const reportOf = ({ clientOrderId }: OrderKey): SpotOrder | undefined =>
      spotOrder.safeParse(reports.find((each) => each.clientOrderId === clientOrderId)).data;
    const [first, second] = [reportOf(stop), reportOf(target)];
    if (first === undefined || second === undefined) return unreadable;
    return { kind: "accepted", order: await taken(first, stop), target: await taken(second, target) };
  }

  async function alreadySent(order: OrderRequest, reason: string): Promise<PlaceReply> {
    const target = targetOf(order);
    const [found, other] = await Promise.all([order, target].map((key) => key && find(key).catch(() => undefined)));
    if (found === undefined || (target !== undefined && other === undefined)) return { kind: "unknown", reason };
    return { kind: "accepted", order: found, ...(other && { target: other }) };
  }

  async function balances(): Promise<Map<string, Decimal>> {
    const asked = transport.signed("GET", "/api/v3/account", { omitZeroBalances: "true" });
    const { balances: all } = await askOrRefuse("the balance", asked, account);
    return new Map(all.map(({ asset, free, locked }) => [asset, add(free, locked)]));
  }

  return {
    async place(order, { signedAt }) {
      const refusal = spotRefusal(order);
      if (refusal !== undefined) return { kind: "rejected", reason: refusal };
      const target = targetOf(order);
      const reply =
        order.target === undefined
          ? await transport.signed("POST", "/api/v3/order", spotParameters(order), { signedAt })
          : await transport.signed("POST", "/api/v3/orderList/oco", pairParameters(order, order.target), { signedAt });
      if (reply.ok) return target === undefined ? accepted(reply.body, order) : acceptedPair(reply.body, order, target);
      if (reply.fault.isOfRules) known.doubt(order.symbol);
      return reply.fault.verdict === "duplicate"
        ? alreadySent(order, reply.fault.reason)
        : placeReplyOf(reply.fault, order);
    },
    find,
    async cancel(key) {
      const { symbol, clientOrderId } = key;
      const reply = await transport.signed("DELETE", "/api/v3/order", { symbol, origClientOrderId: clientOrderId });
      // Of a pair it ends both. Absent says only that it does not work any more: it may have filled.
      if (!reply.ok && reply.fault.verdict !== "absent") throw unavailable(`cancelling ${clientOrderId}`, reply.fault);
      return find(key);
    },
    async openOrders(symbol) {
      const orders = await askSigned("the open orders", "openOrders", { symbol }, z.array(listedOrder));
      return Promise.all(
        orders.map(async (order) => {
          const { clientOrderId } = order;
          return withCharges(readListed(clientOrderId, order, spotOrder), { clientOrderId, symbol });
        }),
      );
    },
    async position(symbol) {
      const { baseAsset } = await orUnavailable(assetsOf(symbol));
      return { symbol, quantity: (await orUnavailable(balances())).get(baseAsset) ?? "0" };
    },
    async holdings(symbols) {
      const held = await orUnavailable(balances());
      const holdingOf = async (symbol: string): Promise<Holding> => {
        try {
          const { baseAsset: asset } = await assetsOf(symbol);
          const { rules } = await known.listingOf(symbol, questionOf(symbol));
          return { symbol, quantity: held.get(asset) ?? "0", asset, quantityStep: rules?.quantityStep };
        } catch (error) {
          const isForGood = error instanceof VenueRefusal && !error.isOfAccount;
          return { symbol, problem: messageOf(error), ...(isForGood && { isForGood }) };
        }
      };
      return Promise.all(symbols.map(holdingOf));
    },
    /** Binance keeps no cost of what is held: the base asset counts at its price now. */
    async equity(symbol) {
      const { baseAsset, quoteAsset } = await assetsOf(symbol);
      const held = await balances();
      const base = held.get(baseAsset) ?? "0";
      const value = compare(base, "0") === 0 ? "0" : multiply(base, await priceOf(symbol));
      return add(held.get(quoteAsset) ?? "0", value);
    },
    rules: async (symbol) => known.rulesOf(symbol, questionOf(symbol)),
    clockOffsetMs: async () => memory.offsetMs,
  };
}

const unheard = (error: unknown): OrderTrades => ({ trades: [], lacks: messageOf(error) });

const unreadable: PlaceReply = { kind: "unknown", reason: "Binance took the order in words that cannot be read" };

function spotRefusal(order: OrderRequest): string | undefined {
  if (order.leverage !== undefined && compare(order.leverage, "1") > 0) {
    return `${order.symbol}: Binance spot has no leverage (${order.leverage} was asked for); use binance-usdm`;
  }
  if (order.target !== undefined && order.type !== "stop") {
    return `${order.symbol}: only a stop is placed together with a target, and this is a ${order.type} order`;
  }
  return undefined;
}
