import type { OrderRequest } from "#contracts/order";
import type { Market } from "../venues/binance/faults.ts";
import type { Venue } from "../venues/venue.ts";
import { idOf, pairOf, requestOf, symbolAt, type BinanceWorld, type Kind } from "./binance-world.ts";

/** What a request is for, in the call that makes it. */
export type Role =
  /** Books the order. */
  | "order"
  /** Goes before the order, which must not leave without it. */
  | "terms"
  /** Finds out a fee, which no order waits for. */
  | "fee"
  /** Asks what a symbol is a pair of, which its name and its fees tell as well. */
  | "assets"
  | "cancel"
  | "read"
  /** As read, but a permanent no says that the account or the symbol will never be traded. */
  | "judging read";

/** One call of the Venue port, and everything that it asks of Binance, in order. */
export interface Call {
  name: string;
  asks: readonly { role: Role; route: string }[];
  run: (venue: Venue, world: BinanceWorld) => Promise<unknown>;
  /** The name of the order that it is about. */
  id?: string;
  /** Another one that fares alike. */
  twin?: string;
}

export function callsOf(market: Market): Call[] {
  return market === "spot" ? spotCalls() : usdmCalls();
}

function spotCalls(): Call[] {
  const [GET, POST, DELETE] = ["GET /api/v3/order", "POST /api/v3/order", "DELETE /api/v3/order"];
  const [INFO, TRADES] = ["GET /api/v3/exchangeInfo", "GET /api/v3/myTrades"];
  return [
    placing("spot", "market", [asked("order", POST), asked("assets", INFO)]),
    placing("spot", "limit", [asked("order", POST)]),
    placing("spot", "stop", [asked("order", POST)]),
    {
      name: "placing a stop with its target",
      asks: [asked("order", "POST /api/v3/orderList/oco")],
      id: "new-stop",
      twin: "new-target",
      run: (venue, { clock }) => venue.place(pairOf("new-stop", "new-target"), { signedAt: clock.now() }),
    },
    finding("spot", "old-filled", [...reads(GET, TRADES), asked("assets", INFO)]),
    finding("spot", "old-resting", reads(GET)),
    finding("spot", "no-entry", reads(GET, TRADES, "GET /api/v3/allOrders")),
    cancelling("spot", "old-resting", [asked("cancel", DELETE), ...reads(GET)]),
    { ...cancelling("spot", "old-guard", [asked("cancel", DELETE), ...reads(GET)]), twin: "old-target" },
    cancelling("spot", "old-filled", [asked("cancel", DELETE), ...reads(GET, TRADES), asked("assets", INFO)]),
    asking("the open orders", reads("GET /api/v3/openOrders"), (venue) => venue.openOrders(symbolAt("spot"))),
    asking("the position", reads(INFO, "GET /api/v3/account"), (venue) => venue.position(symbolAt("spot"))),
    asking("the equity", [...judging(INFO, "GET /api/v3/account"), ...reads("GET /api/v3/ticker/price")], (venue) =>
      venue.equity(symbolAt("spot")),
    ),
    asking("the rules", judging(INFO), (venue) => venue.rules(symbolAt("spot"))),
  ];
}

function usdmCalls(): Call[] {
  const [GET, POST, DELETE] = ["GET /fapi/v1/order", "POST /fapi/v1/order", "DELETE /fapi/v1/order"];
  const [ALGO, DELETE_ALGO] = ["GET /fapi/v1/algoOrder", "DELETE /fapi/v1/algoOrder"];
  const [OPEN_ALGO, ALL] = ["GET /fapi/v1/openAlgoOrders", "GET /fapi/v1/allOrders"];
  const [INFO, TRADES] = ["GET /fapi/v1/exchangeInfo", "GET /fapi/v1/userTrades"];
  const margin = asked("terms", "POST /fapi/v1/marginType");
  const fees = [asked("fee", TRADES), asked("assets", INFO)];
  const leverage = asked("terms", "POST /fapi/v1/leverage");
  return [
    placing("usdm", "market", [margin, asked("order", POST), ...fees]),
    placing("usdm", "market", [margin, leverage, asked("order", POST), ...fees], { leverage: "25" }),
    placing("usdm", "limit", [margin, asked("order", POST)]),
    placing("usdm", "stop", [asked("order", "POST /fapi/v1/algoOrder")]),
    finding("usdm", "old-filled", [...reads(GET), ...fees]),
    finding("usdm", "old-resting", reads(GET)),
    finding("usdm", "old-stop", reads(ALGO)),
    finding("usdm", "old-triggered", [...reads(ALGO, GET), ...fees]),
    finding("usdm", "no-entry", reads(GET, TRADES, ALL)),
    finding("usdm", "no-stop", reads(ALGO, OPEN_ALGO, GET, TRADES, ALL)),
    finding("usdm", "of-a-stranger", reads(ALGO, GET)),
    finding("usdm", "of-nobody", reads(ALGO, GET, TRADES, ALL)),
    cancelling("usdm", "old-resting", [asked("cancel", DELETE), ...reads(GET)]),
    cancelling("usdm", "old-stop", [...reads(ALGO), asked("cancel", DELETE_ALGO), ...reads(ALGO)]),
    cancelling("usdm", "of-a-stranger", [...reads(ALGO), asked("cancel", DELETE), ...reads(ALGO, GET)]),
    asking("the open orders", reads("GET /fapi/v1/openOrders", OPEN_ALGO), (venue) =>
      venue.openOrders(symbolAt("usdm")),
    ),
    asking("the position", reads("GET /fapi/v3/positionRisk"), (venue) => venue.position(symbolAt("usdm"))),
    asking("every position", reads("GET /fapi/v3/positionRisk"), async (venue) => venue.positions?.()),
    asking("the equity", judging(INFO, "GET /fapi/v3/balance"), (venue) => venue.equity(symbolAt("usdm"))),
    asking("the rules", judging(INFO), (venue) => venue.rules(symbolAt("usdm"))),
  ];
}

const asked = (role: Role, route: string) => ({ role, route });
const reads = (...routes: string[]) => routes.map((route) => asked("read", route));
const judging = (...routes: string[]) => routes.map((route) => asked("judging read", route));

function placing(market: Market, kind: Kind, asks: Call["asks"], more: Partial<OrderRequest> = {}): Call {
  const id = kind === "stop" ? "new-stop" : "new-entry";
  const order = { ...requestOf(market, kind, id), ...more };
  const name = `placing a ${kind} order${more.leverage === undefined ? "" : " with its leverage"}`;
  return { name, asks, id, run: (venue, { clock }) => venue.place(order, { signedAt: clock.now() }) };
}

function finding(market: Market, id: string, asks: Call["asks"]): Call {
  return { name: `finding ${id}`, asks, id, run: (venue) => venue.find(keyAt(market, id)) };
}

function cancelling(market: Market, id: string, asks: Call["asks"]): Call {
  return { name: `cancelling ${id}`, asks, id, run: (venue) => venue.cancel(keyAt(market, id)) };
}

function asking(what: string, asks: Call["asks"], run: Call["run"]): Call {
  return { name: `asking for ${what}`, asks, run };
}

export function keyAt(market: Market, name: string): { clientOrderId: string; symbol: string } {
  return { clientOrderId: idOf(name), symbol: symbolAt(market) };
}
