import { describe, expect, test } from "vitest";
import { INTERNAL_CALLER_HEADER, INTERNAL_KEY_HEADER } from "#runtime/internal-auth";
import { claimWork, createWorld, REQUEST, signalOf } from "./fakes/world.ts";
import { handleRequest, type HttpDeps } from "./http.ts";
import { VenueUnavailable } from "./venues/venue.ts";
import { encodeWork } from "./work.ts";

function createServer(part: Partial<HttpDeps> = {}) {
  const world = createWorld();
  const later: Promise<void>[] = [];
  const deps: HttpDeps = {
    ledger: () => world.ledger,
    venue: () => world.venue,
    keyHealth: () => undefined,
    keyAccounts: () => [{ account: "main", venue: "binance" }],
    variable: () => undefined,
    killSwitch: async () => world.killSwitch,
    accountLimits: world.accountLimits,
    clock: world.clock,
    log: world.log,
    internalKey: "old,new",
    version: "v7",
    showKillSwitch: async () => ({ mode: "off", reason: "", by: "test" }),
    ...part,
  };
  const call = (method: string, path: string, body?: unknown, key = "new") => {
    const headers = { "X-Request-Id": REQUEST, [INTERNAL_KEY_HEADER]: key, [INTERNAL_CALLER_HEADER]: "trade-worker" };
    const request = new Request(`https://internal${path}`, {
      method,
      headers,
      body: body === undefined ? null : JSON.stringify(body),
    });
    return world.clock.settle(handleRequest(request, deps, (work) => void later.push(work)));
  };
  return { ...world, call, later };
}

describe("POST /attempts", () => {
  test("answers 202 at once and executes afterwards", async () => {
    const { ledger, call, later, shell, clock } = createServer();
    ledger.accept(signalOf(), [{ leg: "e", role: "entry", order: {} }]);
    const response = await call("POST", "/attempts", encodeWork(await claimWork(ledger)));
    expect(response.status).toBe(202);
    expect(await response.json()).toEqual({ status: "started" });
    expect(response.headers.get("X-Request-Id")).toBe(REQUEST);
    await clock.settle(Promise.all(later));
    expect((await shell.book()).orders).toHaveLength(1);
  });

  test("a wrong internal key is refused, and the log says who refused whom", async () => {
    const { ledger, call, later, lines } = createServer();
    ledger.accept(signalOf(), []);
    const response = await call("POST", "/attempts", encodeWork(await claimWork(ledger)), "wrong");
    expect(response.status).toBe(401);
    expect(later).toEqual([]);
    expect(lines[0]?.message).toContain("trade-worker refused trade-worker");
  });

  test("a body that is no work is a bad request", async () => {
    const response = await createServer().call("POST", "/attempts", { hello: true });
    expect(response.status).toBe(400);
  });
});

describe("POST /holdings", () => {
  const question = { account: "main", venue: "paper", symbols: ["BTCUSDT.P", "ETHUSDT.P"] };

  test("answers what the exchange holds, and says of what it could not ask why", async () => {
    const { call, venue } = createServer({
      venue: () => ({
        ...venue,
        position: async (symbol) => {
          if (symbol === "ETHUSDT.P") throw new VenueUnavailable("the position: Binance did not answer: reset");
          return { symbol, quantity: "-0.5", averagePrice: "65000" };
        },
      }),
    });
    const response = await call("POST", "/holdings", question);
    expect(await response.json()).toEqual({
      holdings: [
        { symbol: "BTCUSDT.P", quantity: "-0.5", averagePrice: "65000" },
        { symbol: "ETHUSDT.P", problem: "the position: Binance did not answer: reset" },
      ],
    });
  });

  test("an exchange that does not answer in time is a problem, not a flat position", async () => {
    const { call, venue } = createServer({
      venue: () => ({ ...venue, position: () => new Promise(() => undefined) }),
    });
    const { holdings } = (await (await call("POST", "/holdings", question)).json()) as { holdings: unknown[] };
    expect(holdings[0]).toEqual({ symbol: "BTCUSDT.P", problem: "paper did not answer within 9000 ms" });
  });

  test("an exchange that answers of several symbols at once is asked once", async () => {
    const holdings = question.symbols.map((symbol) => ({ symbol, quantity: "1", asset: "BTC", quantityStep: "0.001" }));
    const asked: (readonly string[])[] = [];
    const { call, venue } = createServer({
      venue: () => ({
        ...venue,
        position: () => Promise.reject(new Error("asked for one")),
        holdings: async (symbols) => {
          asked.push(symbols);
          if (asked.length > 1) throw new VenueUnavailable("the balance: reset");
          return holdings;
        },
      }),
    });
    expect(await (await call("POST", "/holdings", question)).json()).toEqual({ holdings });
    expect(await (await call("POST", "/holdings", question)).json()).toEqual({
      holdings: question.symbols.map((symbol) => ({ symbol, problem: "the balance: reset" })),
    });
    expect(await (await call("POST", "/holdings", { ...question, symbols: [] })).json()).toEqual({ holdings: [] });
    expect(asked).toEqual([question.symbols, question.symbols]);
  });

  test("of an exchange that lists positions one list answers all, what nobody asked about included", async () => {
    const { call, venue } = createServer({
      venue: () => ({
        ...venue,
        position: () => Promise.reject(new Error("asked for one")),
        positions: async () => [
          { symbol: "BTCUSDT.P", quantity: "-0.5", averagePrice: "65000" },
          { symbol: "BTCUSDT_270326.P", quantity: "7" },
        ],
      }),
    });
    expect(await (await call("POST", "/holdings", question)).json()).toEqual({
      holdings: [
        { symbol: "BTCUSDT.P", quantity: "-0.5", averagePrice: "65000" },
        { symbol: "ETHUSDT.P", quantity: "0" },
      ],
      others: [{ symbol: "BTCUSDT_270326.P", quantity: "7" }],
    });
    expect(await (await call("POST", "/holdings", { ...question, symbols: [] })).json()).toMatchObject({
      others: [{ symbol: "BTCUSDT.P" }, { symbol: "BTCUSDT_270326.P" }],
    });
  });

  test("a list that fails is a problem of every symbol, and of the others", async () => {
    const { call, venue } = createServer({
      venue: () => ({ ...venue, positions: () => Promise.reject(new VenueUnavailable("the positions: reset")) }),
    });
    expect(await (await call("POST", "/holdings", question)).json()).toEqual({
      holdings: question.symbols.map((symbol) => ({ symbol, problem: "the positions: reset" })),
      problem: "the positions: reset",
    });
  });

  test("needs the internal key", async () => {
    const { call } = createServer();
    expect((await call("POST", "/holdings", question, "wrong")).status).toBe(401);
  });
});

describe("POST /orders", () => {
  test("answers how each stands at the exchange, and never that one rests of which nobody knows", async () => {
    const { call, venue } = createServer({
      venue: () => ({
        ...venue,
        find: async ({ clientOrderId }) => {
          if (clientOrderId === "gone") return undefined;
          if (clientOrderId === "away") throw new VenueUnavailable("the order: reset");
          if (clientOrderId === "silent") return new Promise(() => undefined);
          const at = { venueOrderId: "v", quantity: "1", fee: "0", updatedAt: new Date(0) };
          const isTriggered = clientOrderId === "triggered";
          return { ...at, clientOrderId, status: "working", filledQuantity: "0.5", isTriggered };
        },
      }),
    });
    const orders = ["rests", "triggered", "gone", "away", "silent"].map((clientOrderId) => ({
      symbol: "BTCUSDT.P",
      clientOrderId,
    }));
    const response = await call("POST", "/orders", { account: "main", venue: "paper", orders });

    expect(await response.json()).toEqual({
      orders: [
        { clientOrderId: "rests", status: "working", filledQuantity: "0.5" },
        { clientOrderId: "triggered", problem: "it was triggered, and what its order does is not known yet" },
        { clientOrderId: "gone", problem: "paper knows no such order" },
        { clientOrderId: "away", problem: "the order: reset" },
        { clientOrderId: "silent", problem: "paper did not answer within 9000 ms" },
      ],
    });
  });
});

describe("GET /key-accounts", () => {
  test("names the accounts that have keys, behind the internal key", async () => {
    const { call } = createServer();
    expect(await (await call("GET", "/key-accounts")).json()).toEqual({
      accounts: [{ account: "main", venue: "binance" }],
    });
    expect((await call("GET", "/key-accounts", undefined, "wrong")).status).toBe(401);
  });
});

describe("GET /health", () => {
  test("is ok while the ledger's Worker answers", async () => {
    const response = await createServer().call("GET", "/health", undefined, "");
    expect(await response.json()).toEqual({
      worker: "trade-worker",
      status: "ok",
      version: "v7",
      dependencies: [{ name: "ledger-worker", status: "ok" }],
    });
  });

  test("names the dependency that fails", async () => {
    const showKillSwitch = async () => Promise.reject(new Error("no such script"));
    const response = await createServer({ showKillSwitch }).call("GET", "/health");
    expect(await response.json()).toMatchObject({
      status: "failing",
      dependencies: [{ status: "failing", detail: "no such script" }],
    });
  });
});

test("any other route is not found", async () => {
  expect((await createServer().call("GET", "/attempts")).status).toBe(404);
});
