import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { FakeBinance } from "./fake.ts";
import { hear, SignedClient, type Heard } from "./signed-client.ts";
import { POST, market } from "./test-orders.ts";

const START = new Date("2026-11-20T12:00:00.000Z");
let fake: FakeBinance;
let client: SignedClient;
beforeAll(async () => {
  fake = await FakeBinance.start({ now: () => START });
  client = new SignedClient(fake, () => START);
});
afterAll(() => fake.stop());
beforeEach(() => {
  fake.startOver();
  fake.spot.setBalance("USDT", "100000");
});

describe("the official vectors", () => {
  // Sample credentials that Binance publishes in its documentation.
  const spotKeys = {
    apiKey: "vmPUZE6mv9SD5VNHk4HlWFsOr6aKE2zvsw0MuIgwCIPy6utIco14y7Ju91duEh8A",
    apiSecret: "NhqPtmdSJYdKjVHjA7PZj4Mge3R5YNiP1e3UZjInClVN65XAbvqqM6A7H5fATj0j",
  };
  const usdmKeys = {
    apiKey: "dbefbc809e3e83c283a984c3a1459732ea7db1360ca80c5c2c8867408d28cc83",
    apiSecret: "2b5eb11e18796d12d88f13dc27dbbd02c2cc51ff7059765ed9821957d82bb4d9",
  };
  const spot =
    "side=BUY&type=LIMIT&timeInForce=GTC&quantity=1&price=0.1&recvWindow=5000&timestamp=1499827319559&signature=";
  const usdm =
    "symbol=BTCUSDT&side=BUY&type=LIMIT&quantity=1&price=9000&timeInForce=GTC&recvWindow=5000&timestamp=1591702613943&signature=";

  async function sent(keys: typeof spotKeys, path: string, query: string, at: number): Promise<Heard> {
    await using official = await FakeBinance.start({ keys, now: () => new Date(at) });
    official.spot.setBalance("BTC", "1");
    const headers = { "X-MBX-APIKEY": keys.apiKey };
    return hear(await fetch(`${official.url}${path}?${query}`, { method: "POST", headers }));
  }

  test("of spot is booked, and one digit off is refused", async () => {
    const signature = "c8db56825ae71d6d79447849e617115f4a920fa2acdcab2b053c4b2838bd6b71";
    const query = `symbol=LTCBTC&${spot}${signature}`;
    expect(await sent(spotKeys, "/api/v3/order", query, 1_499_827_319_560)).toMatchObject({
      status: 200,
      body: { symbol: "LTCBTC", status: "FILLED" },
    });
    const wrong = query.replace(/1$/, "2");
    expect(await sent(spotKeys, "/api/v3/order", wrong, 1_499_827_319_560)).toMatchObject({ body: { code: -1022 } });
  });

  test("of a percent-encoded symbol passes the signature and is no pair", async () => {
    const signature = "e1353ec6b14d888f1164ae9af8228a3dbd508bc82eb867db8ab6046442f33ef3";
    const query = `symbol=%EF%BC%91%EF%BC%92%EF%BC%93%EF%BC%94%EF%BC%95%EF%BC%96&${spot}${signature}`;
    const heard = await sent(spotKeys, "/api/v3/order", query, 1_499_827_319_560);
    expect(heard.body).toMatchObject({ code: -1100, msg: expect.stringContaining("'symbol'") });
  });

  test("of USD-M is booked", async () => {
    const query = `${usdm}3c661234138461fcc7a7d8746c6558c9842d4e10870d2ecbedf7777cad694af9`;
    expect(await sent(usdmKeys, "/fapi/v1/order", query, 1_591_702_613_944)).toMatchObject({
      status: 200,
      body: { status: "NEW", origQty: "1.00000000" },
    });
  });
});

describe("the gate", () => {
  const text = (at: number, more = ""): string => `${new URLSearchParams(market).toString()}${more}&timestamp=${at}`;

  test("a key that nobody knows", async () => {
    expect(await client.send(POST, text(START.getTime()), { key: "other" })).toMatchObject({
      status: 401,
      body: { code: -2008, msg: "Invalid Api-Key ID." },
    });
    expect(await client.send(POST, text(START.getTime()), { key: "" })).toMatchObject({ body: { code: -2014 } });
  });

  test("another secret, and a signature that is not the last word", async () => {
    expect(await client.send(POST, text(START.getTime()), { secret: "other" })).toMatchObject({
      body: { code: -1022 },
    });
    const signature = client.signatureOf(text(START.getTime()));
    const headers = { "X-MBX-APIKEY": fake.keys.apiKey };
    const moved = `${fake.url}/api/v3/order?signature=${signature}&${text(START.getTime())}`;
    expect(await hear(await fetch(moved, { method: "POST", headers }))).toMatchObject({ body: { code: -1022 } });
  });

  test("a parameter that nobody reads is a mistake of whoever sends it", async () => {
    const heard = await client.send(POST, text(START.getTime(), "&quantitiy=1"));
    expect(heard.status).toBe(599);
  });

  test("parameters in the body are signed and read as those of the query", async () => {
    expect(await client.send(POST, text(START.getTime()), { as: "body" })).toMatchObject({
      body: { status: "FILLED" },
    });
  });

  test.each([
    ["of now", 0, "", undefined],
    ["as old as the window", -5_000, "&recvWindow=5000", undefined],
    ["older than the window", -5_001, "&recvWindow=5000", -1021],
    ["older than the window that holds without one", -5_001, "", -1021],
    ["within a wider window", -9_000, "&recvWindow=10000", undefined],
    ["a little ahead", 999, "", undefined],
    ["a second ahead", 1_000, "", -1021],
  ])("a timestamp %s", async (_, offset, window, code) => {
    const heard = await client.send(POST, text(START.getTime() + offset, window));
    expect(heard.body["code"]).toBe(code);
    expect(fake.orders).toHaveLength(code === undefined ? 1 : 0);
  });
});
