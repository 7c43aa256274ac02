import * as z from "zod";
import { isZero, type Decimal } from "#contracts/decimal";
import type { OrderRequest, VenueOrder } from "#contracts/order";
import type { Clock } from "../../clock.ts";
import { ask, askOrRefuse, placeReplyOf, unavailable } from "../binance/asking.ts";
import { assetsFor, feeOf } from "../binance/fees.ts";
import type { KnownSymbols, Question } from "../binance/known-symbols.ts";
import { readListed } from "../binance/lists.ts";
import { amount, listedOrder } from "../binance/shapes.ts";
import type { Parameters } from "../binance/signing.ts";
import type { Memory, Reply, Transport } from "../binance/transport.ts";
import { VenueRefusal, VenueUnavailable, type Held, type OrderKey, type PlaceReply, type Venue } from "../venue.ts";
import { createLookup } from "./lookup.ts";
import {
  algoOrder,
  algoParameters,
  isConditional,
  isConditionalLeg,
  listedAlgoOrder,
  orderParameters,
  untriggeredOrderOf,
  usdmOrder,
} from "./orders.ts";
import { setTerms, type MarginMode } from "./terms.ts";

const ticker = z.object({ price: amount });
const positions = z.array(
  z.object({ symbol: z.string(), positionSide: z.string(), positionAmt: amount, entryPrice: amount }),
);
const balances = z.array(z.object({ asset: z.string(), balance: amount }));

export interface UsdmDeps {
  transport: Transport;
  clock: Clock;
  memory: Memory;
  known: KnownSymbols;
  /** Absent: as the account has it. */
  marginMode?: MarginMode | undefined;
}

/** Binance USD-M perpetuals of an account in one-way mode; a canonical `BTCUSDT.P` is Binance's `BTCUSDT`. */
export function binanceUsdmVenue({ transport, clock, memory, known, marginMode }: UsdmDeps): Venue {
  const signed = (path: string, parameters: Parameters): Promise<Reply> => transport.signed("GET", path, parameters);

  const question: Question = {
    // Whoever asks for one pair is told of all of them.
    scope: "",
    clock,
    ask: () => askOrRefuse("the rules of all pairs", transport.open("/fapi/v1/exchangeInfo", {}), z.unknown()),
  };
  const priceOf = async (symbol: string): Promise<Decimal> =>
    (await ask(`the price of ${symbol}`, transport.open("/fapi/v1/ticker/price", { symbol }), ticker)).price;

  const lookup = createLookup({
    transport,
    clock,
    feeOf: async (commissions, symbol) => {
      const name = nameAt(symbol);
      const { quoteAsset } = await assetsFor(known.assetsOf(name, question), { name, commissions });
      return feeOf(commissions, { quoteAsset, priceOf });
    },
  });

  async function accepted(body: unknown, order: OrderRequest): Promise<PlaceReply> {
    if (isConditional(order)) {
      const algo = algoOrder.safeParse(body);
      return algo.success ? { kind: "accepted", order: untriggeredOrderOf(algo.data, "working") } : unreadable;
    }
    const taken = usdmOrder.safeParse(body);
    if (!taken.success) return unreadable;
    return { kind: "accepted", order: await lookup.withFee(taken.data, order) };
  }

  async function alreadySent(order: OrderRequest, reason: string): Promise<PlaceReply> {
    const found = await lookup.find(order).catch(() => undefined);
    return found ? { kind: "accepted", order: found } : { kind: "unknown", reason };
  }

  return {
    async place(order, { signedAt }) {
      const no = refusalOf(order);
      if (no !== undefined) return { kind: "rejected", reason: no };
      const symbol = nameAt(order.symbol);
      const refused = await setTerms({ transport, order, symbol, marginMode });
      if (refused !== undefined) return refused;
      const reply = isConditional(order)
        ? await transport.signed("POST", "/fapi/v1/algoOrder", algoParameters(order, symbol), { signedAt })
        : await transport.signed("POST", "/fapi/v1/order", orderParameters(order, symbol), { signedAt });
      if (reply.ok) return accepted(reply.body, order);
      if (reply.fault.isOfRules) known.doubt(question.scope);
      return reply.fault.verdict === "duplicate"
        ? alreadySent(order, reply.fault.reason)
        : placeReplyOf(reply.fault, order);
    },
    find: lookup.find,
    async cancel(key) {
      await cancelWhatever(key);
      return lookup.find(key);
    },
    async openOrders(symbol) {
      const of = { symbol: nameAt(symbol) };
      const [plain, conditional] = await Promise.all([
        ask("the open orders", signed("/fapi/v1/openOrders", of), z.array(listedOrder)),
        ask("the open conditional orders", signed("/fapi/v1/openAlgoOrders", of), z.array(listedAlgoOrder)),
      ]);
      const working = plain.map(async (each): Promise<VenueOrder> => {
        const { clientOrderId } = each;
        return lookup.withFee(readListed(clientOrderId, each, usdmOrder), { clientOrderId, symbol });
      });
      const waiting = conditional.map((each) => readListed(each.clientAlgoId, each, algoOrder));
      return [...(await Promise.all(working)), ...waiting.map((each) => untriggeredOrderOf(each, "working"))];
    },
    async position(symbol) {
      const held = await heldOf("the position", { symbol: nameAt(symbol) });
      return held.find((each) => each.symbol === symbol) ?? { symbol, quantity: "0" };
    },
    positions: () => heldOf("the positions", {}),
    async equity(symbol) {
      const { quoteAsset } = await known.assetsOf(nameAt(symbol), question);
      const all = await askOrRefuse("the balance", signed("/fapi/v3/balance", {}), balances);
      return all.find((each) => each.asset === quoteAsset)?.balance ?? "0";
    },
    rules: async (symbol) => known.rulesOf(nameAt(symbol), question),
    clockOffsetMs: async () => memory.offsetMs,
  };

  async function heldOf(what: string, parameters: Parameters): Promise<Held[]> {
    const all = await ask(what, signed("/fapi/v3/positionRisk", parameters), positions);
    return all
      .filter(({ positionAmt }) => !isZero(positionAmt))
      .map(({ symbol: name, positionSide, positionAmt, entryPrice }) => {
        const symbol = `${name}.P`;
        if (positionSide === "BOTH") return { symbol, quantity: positionAmt, averagePrice: entryPrice };
        throw new VenueUnavailable(`${symbol}: the account is in hedge mode; set its position mode to one-way`);
      });
  }

  /** A leg says by its id which endpoint knows it; of a stranger's both are told. */
  async function cancelWhatever(key: OrderKey): Promise<void> {
    const { symbol, clientOrderId } = key;
    const what = `cancelling ${clientOrderId}`;
    const conditional = isConditionalLeg(clientOrderId);
    const algo = conditional === false ? undefined : await lookup.algoById(key);
    const waits = algo?.algoStatus === "NEW";
    if (waits) ended(what, await transport.signed("DELETE", "/fapi/v1/algoOrder", { algoId: algo.algoId }));
    // What waits has become no order yet, whose id might be the same.
    if (waits && conditional === true) return;
    const plain = { symbol: nameAt(symbol), origClientOrderId: clientOrderId };
    ended(what, await transport.signed("DELETE", "/fapi/v1/order", plain));
  }
}

/** Why an order is not sent. A leg under which nobody would look for it must not be placed either. */
function refusalOf(order: OrderRequest): string | undefined {
  if (!order.symbol.endsWith(".P")) return spotSentence(order.symbol);
  if (order.target !== undefined) {
    return `${order.symbol}: the venue binance-usdm places no stop and target as a pair; send the target as an order of its own`;
  }
  const conditional = isConditionalLeg(order.clientOrderId);
  if (conditional === undefined || conditional === isConditional(order)) return undefined;
  return `${order.symbol}: ${order.clientOrderId} is no id for a ${order.type} order at Binance USD-M`;
}

/** Whatever it was, it does not work any more. Throws VenueUnavailable where the reply does not say so. */
function ended(what: string, reply: Reply): void {
  if (!reply.ok && reply.fault.verdict !== "absent") throw unavailable(what, reply.fault);
}

const unreadable: PlaceReply = { kind: "unknown", reason: "Binance took the order in words that cannot be read" };

function nameAt(symbol: string): string {
  if (symbol.endsWith(".P")) return symbol.slice(0, -2);
  throw new VenueRefusal(spotSentence(symbol));
}

function spotSentence(symbol: string): string {
  return `${symbol} is spot; the venue binance-usdm trades perpetuals such as ${symbol}.P`;
}
