import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { limitsEntry } from "#contracts/account-limits";
import type { PositionView } from "#contracts/routes/ops";
import { runCli } from "../cli/testing/run-cli.ts";
import { FakeBinance } from "../fakes/binance/fake.ts";
import { FakeTelegram } from "../fakes/telegram.ts";
import { Mesh, OPERATOR_KEY, until } from "./mesh.ts";

const CHAT = "4242";
const KEYS = { apiKey: "binance-key-of-the-test", apiSecret: "binance-secret-of-the-test" };
const credentials = (prefix: string) => ({
  [`${prefix}_API_KEY`]: KEYS.apiKey,
  [`${prefix}_API_SECRET`]: KEYS.apiSecret,
});
const SECRETS = {
  ...credentials("MAIN_BINANCE"),
  ...credentials("MAIN_BINANCE_USDM"),
  ...credentials("TEST_BINANCE_USDM"),
};

interface Kv {
  put(key: string, value: string): Promise<void>;
  delete(key: string): Promise<void>;
}

interface Row {
  outcome: string;
  reason: string;
}

async function ended(mesh: Mesh, requestId: string): Promise<Row> {
  return until("it has ended", async () => {
    const [row] = await mesh.rows(`SELECT outcome, reason FROM signals WHERE request_id = '${requestId}'`);
    return row as unknown as Row | undefined;
  });
}

describe("an account at Binance", () => {
  let binance: FakeBinance;
  let telegram: FakeTelegram;
  let mesh: Mesh;
  beforeAll(async () => {
    [binance, telegram] = await Promise.all([FakeBinance.start({ keys: KEYS }), FakeTelegram.start()]);
    mesh = await Mesh.start({
      vars: {
        "telegram-worker": { TELEGRAM_API_URL: telegram.url },
        "trade-worker": {
          TRADING_MODE: "live",
          MAIN_BINANCE_URL: binance.url,
          MAIN_BINANCE_USDM_URL: binance.url,
          TEST_BINANCE_USDM_URL: binance.url,
          TEST_BINANCE_USDM_TESTNET: "true",
        },
      },
      secrets: {
        "telegram-worker": { TG_BOT_TOKEN_BINDING: telegram.token, TELEGRAM_CHAT_ID_DEFAULT: CHAT },
        "trade-worker": SECRETS,
      },
    });
  });
  afterAll(async () => {
    await mesh.stop();
    await Promise.all([binance.stop(), telegram.stop()]);
  });
  beforeEach(() => binance.noMoreFaults());

  const usdm = { exchange: "binance-usdm" };
  const orders = (symbol: string) => binance.usdm.book.orders().filter((order) => order.symbol.startsWith(symbol));
  const held = async (symbol: string, account = "main"): Promise<PositionView | undefined> => {
    const { positions } = await mesh.ops<{ positions: PositionView[] }>("GET", "/ops/positions?beside=venue");
    return positions.find((each) => each.ledger === `${account}:binance-usdm` && each.symbol === symbol);
  };

  it("has its keys looked at before its first trade, by the names of its secrets", async () => {
    const env = { HOOX_URL: mesh.url.href, HOOX_OPERATOR_KEY: OPERATOR_KEY };
    const check = () => runCli(["check", "keys"], { env, now: () => new Date() });

    const fine = await check();
    expect(fine).toMatchObject({ exitCode: 0, stderr: "" });
    for (const account of ["main:binance", "main:binance-usdm", "test:binance-usdm"])
      expect(fine.stdout).toMatch(new RegExp(`^${account} +yes`, "m"));
    expect(fine.stdout + fine.stderr).not.toContain(KEYS.apiKey);

    binance.spot.keyMay = { ...binance.spot.keyMay, enableFutures: false };
    const wrong = await check();
    binance.spot.keyMay = { ...binance.spot.keyMay, enableFutures: true };
    expect(wrong).toMatchObject({ exitCode: 1, stdout: expect.stringMatching(/^main:binance-usdm +no/m) });
  });

  it("gets a strategy's alerts once its settings say so: the same alert, no code", async () => {
    const defaults = { symbol: "BTCUSDT.P", quantity: "0.02" };
    const settings = { enabled: true, account: "test", limits: {}, validity: {}, defaults };
    const { key, strategy } = await mesh.ops<{ key: string; strategy: { updatedAt: string } }>(
      "POST",
      "/ops/strategies",
      { ...settings, name: "mover", venue: "paper" },
    );
    const alert = (idempotencyKey: string) => ({ apiKey: key, action: "buy", price: "10000", idempotencyKey });
    const onPaper = await mesh.accepted(alert("first"));
    expect(await ended(mesh, onPaper)).toMatchObject({ outcome: "filled" });
    expect(binance.orders).toEqual([]);

    const moved = { ...settings, venue: "binance-usdm", replaces: strategy.updatedAt };
    await mesh.ops("PUT", "/ops/strategies/mover", moved);
    // The gateway reads settings anew after some seconds.
    const atBinance = await until(
      "an alert goes to Binance",
      async () => {
        const requestId = await mesh.accepted(alert(crypto.randomUUID()));
        await ended(mesh, requestId);
        return binance.orders.length > 0 ? requestId : undefined;
      },
      { timeoutMs: 60_000, everyMs: 2_000 },
    );
    expect(await ended(mesh, atBinance)).toMatchObject({ outcome: "filled" });
    expect(binance.usdm.book.orders()).toMatchObject([{ side: "buy", quantity: "0.02", status: "filled" }]);
    expect(await held("BTCUSDT.P", "test")).toMatchObject({
      quantity: "0.02",
      atVenue: { quantity: "0.02" },
      differs: false,
    });
  });

  it("shows and tells once what somebody opened by hand in a symbol that no alert has traded, until it is closed", async () => {
    const byHand = (side: "buy" | "sell") =>
      binance.usdm.place(
        {
          symbol: "ETHUSDT",
          side,
          type: "market",
          quantity: "0.7",
          reduceOnly: false,
          clientOrderId: `by-hand-${side}`,
        },
        { type: "MARKET", timeInForce: "GTC" },
      );
    const env = { HOOX_URL: mesh.url.href, HOOX_OPERATOR_KEY: OPERATOR_KEY };
    const hoox = (...args: string[]) => runCli(["positions", ...args], { env, now: () => new Date() });
    const ordersBefore = binance.usdm.book.orders().length;
    byHand("sell");

    const shown = await hoox();
    expect(shown.exitCode).toBe(1);
    expect(shown.stdout).toMatch(/test:binance-usdm BTCUSDT\.P +long +0\.02 /);
    expect(shown.stdout).toMatch(/test:binance-usdm ETHUSDT\.P +flat +0 +- +-0\.7 /);
    expect(shown.stderr).toContain(
      "test:binance-usdm ETHUSDT.P: short 0.7 there, and as far as the ledger knows nothing here opened it",
    );
    const { positions } = JSON.parse((await hoox("--json")).stdout) as { positions: PositionView[] };
    expect(positions.find(({ symbol }) => symbol === "ETHUSDT.P")).toMatchObject({ quantity: "0", onlyThere: true });

    const FIVE_MINUTES_MS = 5 * 60_000;
    let at = Math.ceil(Date.now() / FIVE_MINUTES_MS) * FIVE_MINUTES_MS;
    const look = async (): Promise<void> => {
      const scheduledTime = new Date(at);
      await mesh.harness.getWorker("ops-worker").scheduled({ cron: "* * * * *", scheduledTime });
      at += FIVE_MINUTES_MS;
    };
    const said = (words: string) =>
      telegram.messages.map(({ text }) => text).filter((text) => text.includes(words) && !/acknowledged/.test(text));
    for (let looks = 0; looks < 4; looks += 1) await look();
    const where = "test:binance-usdm ETHUSDT.P: -0.7 there, opened by nothing here";
    await until("it is told", async () => said(where).length);
    byHand("buy");
    for (let looks = 0; looks < 2; looks += 1) await look();
    await until("its end is told", async () => said("Fine again: test:binance-usdm ETHUSDT.P").length);
    expect(said(where)).toHaveLength(1);
    expect(binance.usdm.book.orders()).toHaveLength(ordersBefore + 2);
    expect((await hoox()).exitCode).toBe(0);
  });

  it("ends at the meant position after a reversal as close and open within a second, in either order", async () => {
    await ended(
      mesh,
      await mesh.accepted({ ...usdm, symbol: "ETHUSDT.P", action: "buy", quantity: "1", price: "500" }),
    );
    const close = { ...usdm, symbol: "ETHUSDT.P", action: "close_long" };
    const open = { ...usdm, symbol: "ETHUSDT.P", action: "short", quantity: "1", price: "500" };
    for (const request of await Promise.all([mesh.accepted(close), mesh.accepted(open)])) await ended(mesh, request);
    expect(await held("ETHUSDT.P")).toMatchObject({ quantity: "-1", atVenue: { quantity: "-1" }, differs: false });

    // The other way round: the new side comes first, the exit of the old one after it.
    const openFirst = await mesh.accepted({
      ...usdm,
      symbol: "ETHUSDT.P",
      action: "long",
      quantity: "1",
      price: "500",
    });
    const closeAfter = await mesh.accepted({ ...usdm, symbol: "ETHUSDT.P", action: "close_short" });
    for (const request of [openFirst, closeAfter]) await ended(mesh, request);
    expect(await held("ETHUSDT.P")).toMatchObject({ quantity: "1", atVenue: { quantity: "1" }, differs: false });
  });

  it("executes once an order whose answer was lost, and says what it became", async () => {
    const posts = () => binance.requests.filter(({ name }) => name === "POST /fapi/v1/order").length;
    const before = { booked: orders("BTC").length, posted: posts() };
    binance.fail({ fault: "a reset after", route: "POST /fapi/v1/order" });
    const requestId = await mesh.accepted({
      ...usdm,
      symbol: "BTCUSDT.P",
      action: "buy",
      quantity: "0.03",
      price: "10000",
    });

    expect(await ended(mesh, requestId)).toMatchObject({ outcome: "filled" });
    expect({ booked: orders("BTC").length, posted: posts() }).toEqual({
      booked: before.booked + 1,
      posted: before.posted + 1,
    });
  });

  it("is flat after it has sold a spot coin, of which Binance kept its fee and no order can sell the last fraction", async () => {
    binance.spot.setBalance("USDT", "10000");
    const spot = { exchange: "binance", symbol: "BTCUSDT" };
    const bought = await mesh.accepted({ ...spot, action: "buy", quantity: "0.01234", price: "10000" });
    expect(await ended(mesh, bought)).toMatchObject({ outcome: "filled" });
    const { positions } = await mesh.ops<{ positions: PositionView[] }>("GET", "/ops/positions?beside=venue");
    const coin = positions.find(({ ledger }) => ledger === "main:binance");
    expect(coin).toMatchObject({ quantity: "0.01232766", atVenue: { quantity: "0.01232766" }, differs: false });

    const sold = await mesh.accepted({ ...spot, action: "close" });
    expect(await ended(mesh, sold)).toMatchObject({ outcome: "filled" });
    expect(binance.spot.total("BTC")).toBe("0.00000766");
    const after = await mesh.ops<{ positions: PositionView[] }>("GET", "/ops/positions?beside=venue");
    expect(after.positions.find(({ ledger }) => ledger === "main:binance")).toMatchObject({ quantity: "0" });
  });

  it("guards a spot coin with a stop and a target as one pair, and is flat when the target has sold", async () => {
    binance.spot.setBalance("USDT", "10000");
    const spot = { exchange: "binance", symbol: "ETHUSDT" };
    const protection = { stopLoss: "450", takeProfit: "550" };
    const bought = await mesh.accepted({ ...spot, ...protection, action: "buy", quantity: "2", price: "500" });
    expect(await ended(mesh, bought)).toMatchObject({ outcome: "filled" });
    const legs = () => binance.spot.book.orders().filter(({ symbol, side }) => symbol === "ETHUSDT" && side === "sell");
    await until("both rest", async () => legs().length === 2);
    expect(legs()).toMatchObject([
      { type: "stop", triggerPrice: "450", quantity: "1.998", status: "working" },
      { type: "take_profit", triggerPrice: "550", quantity: "1.998", status: "working" },
    ]);
    expect(binance.requests.filter(({ name }) => name === "POST /api/v3/orderList/oco")).toHaveLength(1);

    binance.spot.setPrice("ETHUSDT", "551");
    await until("the ledger is flat", async () => {
      const { positions } = await mesh.ops<{ positions: PositionView[] }>("GET", "/ops/positions?beside=venue");
      return positions.some((each) => each.symbol === "ETHUSDT" && each.quantity === "0" && each.differs !== true);
    });
    expect(legs().map(({ status }) => status)).toEqual(["expired", "filled"]);
    await until("the chat hears of it", async () =>
      telegram.messages.some(({ text }) => /Target .*ETHUSDT/.test(text)),
    );
  });

  it("closes in parts what Binance does not take at once", async () => {
    const perpetual = { ...usdm, symbol: "BTCUSDT.P", account: "main" };
    const before = (await held("BTCUSDT.P"))?.quantity ?? "0";
    binance.usdm.setBalance("USDT", "100000000");
    for (const name of ["first", "second"]) {
      const alert = { ...perpetual, action: "buy", quantity: "90", price: "10000", idempotencyKey: name };
      expect(await ended(mesh, await mesh.accepted(alert))).toMatchObject({ outcome: "filled" });
    }
    const closed = await mesh.accepted({ ...perpetual, action: "close" });
    expect(await ended(mesh, closed)).toMatchObject({ outcome: "filled" });

    const sales = orders("BTC").filter(({ side }) => side === "sell");
    expect(sales.map(({ quantity }) => quantity)).toEqual(["120", String(60 + Number(before))]);
    // What is left there is the other account's, which shares it.
    expect(await held("BTCUSDT.P")).toMatchObject({ quantity: "0", atVenue: { quantity: "0.02" } });
  });

  it("is told in words what Binance refuses", async () => {
    const requestId = await mesh.accepted({
      ...usdm,
      symbol: "BTCUSDT.P",
      action: "buy",
      quantity: "0.001",
      price: "10000",
    });

    expect(await ended(mesh, requestId)).toMatchObject({
      outcome: "rejected",
      reason: expect.stringMatching(/minimum.*100/i),
    });
    await until("the chat hears of it", async () =>
      telegram.messages.some(({ text }) => text.includes("BTCUSDT.P") && /minimum/i.test(text)),
    );
  });

  it("shows what somebody traded by hand as a difference, and nothing is closed for it", async () => {
    const before = await held("ETHUSDT.P");
    binance.usdm.place(
      { symbol: "ETHUSDT", side: "sell", type: "market", quantity: "0.4", reduceOnly: false, clientOrderId: "by-hand" },
      { type: "MARKET", timeInForce: "GTC" },
    );

    expect(before).toMatchObject({ differs: false });
    expect(await held("ETHUSDT.P")).toMatchObject({ quantity: "1", atVenue: { quantity: "0.6" }, differs: true });
  });

  it("takes a place among the open positions until an operator says that it was closed there", async () => {
    const { CONFIG } = await mesh.env<{ CONFIG: Kv }>("trade-worker");
    await CONFIG.put(limitsEntry("main:binance-usdm"), '{"maxOpenPositions":1}');
    const entry = { ...usdm, symbol: "BTCUSDT.P", action: "buy", quantity: "0.02", price: "10000" };
    binance.usdm.place(
      { symbol: "ETHUSDT", side: "sell", type: "market", quantity: "0.6", reduceOnly: false, clientOrderId: "all" },
      { type: "MARKET", timeInForce: "GTC" },
    );
    expect(await ended(mesh, await mesh.accepted(entry))).toMatchObject({ outcome: "halted" });
    const close = await mesh.accepted({ ...usdm, symbol: "ETHUSDT.P", action: "close" });
    expect(await ended(mesh, close)).toMatchObject({ outcome: "rejected", reason: expect.stringContaining("-2022") });
    await until("the chat says what to do", async () =>
      telegram.messages.some(({ text }) => /npx hoox positions reconcile main:binance-usdm ETHUSDT\.P/.test(text)),
    );

    const env = { HOOX_URL: mesh.url.href, HOOX_OPERATOR_KEY: OPERATOR_KEY };
    const words = ["positions", "reconcile", "main:binance-usdm", "ETHUSDT.P", "--price", "480", "--yes"];
    const { exitCode, stdout } = await runCli([...words, "--reason", "closed by hand"], { env, now: () => new Date() });
    expect({ exitCode, stdout }).toEqual({ exitCode: 0, stdout: expect.stringContaining("sell 1 at 480") });
    expect(await held("ETHUSDT.P")).toMatchObject({ quantity: "0", atVenue: { quantity: "0" }, differs: false });
    await until("the chat hears of it", async () =>
      telegram.messages.some(({ text }) =>
        text.includes("Booked as the exchange has it, not traded: sold 1 ETHUSDT.P"),
      ),
    );
    const rows = "SELECT quantity FROM positions WHERE account = 'main' AND symbol = 'ETHUSDT.P' AND quantity = '0'";
    await until("the database has it", async () => (await mesh.rows(rows))[0]);
    const audited = "SELECT reason FROM audit_log WHERE action = 'position.reconcile'";
    expect(await until("it is audited", async () => (await mesh.rows(audited))[0])).toEqual({
      reason: "closed by hand",
    });

    const again = await mesh.accepted({ ...entry, idempotencyKey: "after it" });
    expect(await ended(mesh, again)).toMatchObject({ outcome: "filled" });
    await CONFIG.delete(limitsEntry("main:binance-usdm"));
  });

  it("has the stop taken off there of what was closed by hand, once an operator says so", async () => {
    const bought = { ...usdm, symbol: "ETHUSDT.P", action: "buy", quantity: "1", price: "500", stopLoss: "450" };
    expect(await ended(mesh, await mesh.accepted(bought))).toMatchObject({ outcome: "filled" });
    const stops = () => orders("ETH").filter(({ type, status }) => type === "stop" && status === "working");
    await until("its stop rests", async () => stops().length === 1);
    const rests =
      "SELECT 1 FROM orders WHERE account = 'main' AND symbol = 'ETHUSDT.P' AND leg = 's1' AND status = 'working'";
    await until("the ledger knows that", async () => (await mesh.rows(rests))[0]);
    binance.usdm.place(
      { symbol: "ETHUSDT", side: "sell", type: "market", quantity: "1", reduceOnly: false, clientOrderId: "guarded" },
      { type: "MARKET", timeInForce: "GTC" },
    );
    const env = { HOOX_URL: mesh.url.href, HOOX_OPERATOR_KEY: OPERATOR_KEY };
    const words = ["positions", "reconcile", "main:binance-usdm", "ETHUSDT.P", "--price", "500", "--yes"];
    const { exitCode, stderr } = await runCli([...words, "--reason", "by hand"], { env, now: () => new Date() });

    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: expect.stringContaining("a sale of 1 ETHUSDT.P") });
    await until("its stop is off", async () => stops().length === 0);
    expect(await held("ETHUSDT.P")).toMatchObject({ quantity: "0", atVenue: { quantity: "0" }, differs: false });
  });
});

describe("an account at Binance without TRADING_MODE", () => {
  it("trades nothing, and the chat says why", async () => {
    const [binance, telegram] = await Promise.all([FakeBinance.start({ keys: KEYS }), FakeTelegram.start()]);
    const mesh = await Mesh.start({
      vars: {
        "telegram-worker": { TELEGRAM_API_URL: telegram.url },
        "trade-worker": { MAIN_BINANCE_URL: binance.url },
      },
      secrets: {
        "telegram-worker": { TG_BOT_TOKEN_BINDING: telegram.token, TELEGRAM_CHAT_ID_DEFAULT: CHAT },
        "trade-worker": SECRETS,
      },
    });
    try {
      const alert = { exchange: "binance", symbol: "BTCUSDT", action: "buy", quantity: "0.01", price: "10000" };
      const requestId = await mesh.accepted(alert);

      expect(await ended(mesh, requestId)).toMatchObject({
        outcome: "rejected",
        reason: expect.stringContaining("set TRADING_MODE to live"),
      });
      await until("the chat says so", async () => telegram.messages.some(({ text }) => text.includes("TRADING_MODE")));
      expect(binance.requests).toEqual([]);
    } finally {
      await mesh.stop();
      await Promise.all([binance.stop(), telegram.stop()]);
    }
  });
});
