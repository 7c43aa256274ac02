import type { Market } from "../../../services/trade-worker/src/venues/binance/faults.ts";

/** A pair as one market lists it. */
export interface Listing {
  symbol: string;
  /** Nothing is bought or sold in a pair that is in any other than TRADING. */
  status: "TRADING" | "BREAK" | "SETTLING";
  baseAsset: string;
  quoteAsset: string;
  quantityStep: string;
  minQuantity: string;
  maxQuantity: string;
  /** Of an order that takes what the market offers, a triggered one included. */
  maxMarketQuantity: string;
  /** Of the same; zero where only the pair's other rules hold. */
  marketQuantityStep: string;
  minMarketQuantity: string;
  priceTick: string;
  minNotional: string;
  /** Whether a market order must be worth the minimum, too. */
  minNotionalOfMarket: boolean;
  /** So many of its orders may wait for their trigger. */
  maxTriggerOrders: number;
  /** Orders of the pair are numbered from here. */
  firstOrderId: bigint;
  /** Until a test says otherwise. */
  price: string;
}

const btc = { baseAsset: "BTC", quoteAsset: "USDT", symbol: "BTCUSDT", price: "10000" };
const eth = { baseAsset: "ETH", quoteAsset: "USDT", symbol: "ETHUSDT", price: "500" };

export const listings: Readonly<Record<Market, readonly Listing[]>> = {
  spot: [
    spot({ ...btc, firstOrderId: 28n, quantityStep: "0.00001", priceTick: "0.01" }),
    spot({ ...eth, firstOrderId: 900n, quantityStep: "0.0001", priceTick: "0.01" }),
    spot({
      symbol: "LTCBTC",
      baseAsset: "LTC",
      quoteAsset: "BTC",
      firstOrderId: 5_000n,
      quantityStep: "0.001",
      priceTick: "0.000001",
      minNotional: "0.0001",
      price: "0.1",
    }),
    // At the market it trades in coarser steps, from a larger one on, whatever that is worth.
    spot({
      symbol: "SOLUSDT",
      baseAsset: "SOL",
      quoteAsset: "USDT",
      firstOrderId: 7_000n,
      quantityStep: "0.001",
      marketQuantityStep: "0.01",
      minMarketQuantity: "0.03",
      priceTick: "0.01",
      minNotionalOfMarket: false,
      price: "100",
    }),
  ],
  usdm: [
    usdm({ ...btc, firstOrderId: 283_194_212n, quantityStep: "0.001", priceTick: "0.1" }),
    // Of some pairs the ids are longer than what a JavaScript number holds.
    usdm({ ...eth, firstOrderId: 8_389_766_145_050_669_870n, quantityStep: "0.001", priceTick: "0.01" }),
  ],
};

type Particular = "symbol" | "baseAsset" | "quoteAsset" | "quantityStep" | "priceTick" | "firstOrderId" | "price";
type Given = Pick<Listing, Particular> & Partial<Omit<Listing, Particular>>;

function spot(of: Given): Listing {
  return {
    status: "TRADING",
    minQuantity: of.quantityStep,
    maxQuantity: "9000",
    maxMarketQuantity: "100",
    marketQuantityStep: "0",
    minMarketQuantity: "0",
    minNotional: "5",
    minNotionalOfMarket: true,
    maxTriggerOrders: 5,
    ...of,
  };
}

function usdm(of: Given): Listing {
  return {
    status: "TRADING",
    minQuantity: of.quantityStep,
    maxQuantity: "1000",
    maxMarketQuantity: "120",
    marketQuantityStep: of.quantityStep,
    minMarketQuantity: of.quantityStep,
    minNotional: "100",
    minNotionalOfMarket: true,
    maxTriggerOrders: 200,
    ...of,
  };
}
