import { describe, expect, test } from "vitest";
import { scriptedBinance } from "../../fakes/scripted-binance.ts";
import { createTestClock, START } from "../../fakes/test-clock.ts";
import { encodeParameters, signatureOf } from "./signing.ts";

const order = "POST /api/v3/order";
const tooLate = { status: 400, body: { code: -1021, msg: "Timestamp for this request is outside of the recvWindow." } };

describe("asking Binance", () => {
  test("a signed request carries the key, the window, the given time and, last, the signature of all of it", async () => {
    const { transport, sent } = scriptedBinance({ clock: createTestClock(), answers: { [order]: { body: {} } } });
    await transport.signed("POST", "/api/v3/order", { symbol: "BTCUSDT" }, { signedAt: new Date(1_700_000_000_000) });
    const parameters = { symbol: "BTCUSDT", recvWindow: "5000", timestamp: "1700000000000" };
    const signature = await signatureOf("secret", encodeParameters(parameters));
    expect([...(sent[0]?.query ?? [])]).toEqual([...Object.entries(parameters), ["signature", signature]]);
    expect(sent[0]?.headers.get("X-MBX-APIKEY")).toBe("key");
  });

  test("an open request carries no key", async () => {
    const { transport, sent } = scriptedBinance({
      clock: createTestClock(),
      answers: { "GET /api/v3/time": { body: {} } },
    });
    await transport.open("/api/v3/time", {});
    expect(sent[0]?.headers.get("X-MBX-APIKEY")).toBeNull();
  });

  test.each([
    ["a line that breaks", new Error("connection reset")],
    ["a page", { body: "<html>Bad gateway</html>", status: 502 }],
    ["a page that claims success", { body: "<html>hello</html>" }],
    ["nothing", { body: "" }],
    ["a redirect", { body: "", status: 302, headers: { Location: "https://elsewhere.test" } }],
  ] as const)("%s proves nothing", async (_, answer) => {
    const { transport, sent } = scriptedBinance({ clock: createTestClock(), answers: { [order]: answer } });
    const reply = await transport.signed("POST", "/api/v3/order", {});
    expect(reply).toMatchObject({ ok: false, fault: { verdict: "unknown" } });
    expect(sent).toHaveLength(1);
  });

  test.each([
    ["without a code", { path: "/api/v3/order", msg: "Unknown error, please check your request." }],
    ["with the code 0", { code: 0, msg: "Unknown error, please check your request." }],
  ])("words %s are said as they are", async (_, body) => {
    const { transport } = scriptedBinance({ clock: createTestClock(), answers: { [order]: { status: 503, body } } });
    expect(await transport.signed("POST", "/api/v3/order", {})).toMatchObject({
      fault: { reason: "Binance answered HTTP 503: Unknown error, please check your request." },
    });
  });

  test("an integer that a number does not hold stays as it was written, and nothing else changes", async () => {
    const body =
      '{"orderId":8389766145050669871,"time":1763640000000,"list":[-0.5,8389766145050669872],"msg":"1234567890123456789"}';
    const { transport } = scriptedBinance({ clock: createTestClock(), answers: { [order]: { body } } });
    expect(await transport.signed("POST", "/api/v3/order", {})).toEqual({
      ok: true,
      body: {
        orderId: "8389766145050669871",
        time: 1_763_640_000_000,
        list: [-0.5, "8389766145050669872"],
        msg: "1234567890123456789",
      },
    });
  });

  test("a refusal with status 200 is a refusal", async () => {
    const { transport } = scriptedBinance({
      clock: createTestClock(),
      answers: { [order]: { ...tooLate, status: 200 } },
    });
    expect(await transport.signed("POST", "/api/v3/order", {})).toMatchObject({
      fault: { code: -1021, verdict: "not_executed" },
    });
  });

  test("after a complaint about the time the clocks are compared, and the difference is kept", async () => {
    const { transport, memory, sent } = scriptedBinance({
      clock: createTestClock(),
      answers: {
        [order]: tooLate,
        "GET /api/v3/time": { body: { serverTime: START.getTime() + 7_000 } },
        "GET /api/v3/account": { body: {} },
      },
    });
    await transport.signed("POST", "/api/v3/order", {});
    expect(memory.offsetMs).toBe(7_000);
    await transport.signed("GET", "/api/v3/account", {});
    expect(sent.map(({ method, path }) => `${method} ${path}`)).toEqual([
      order,
      "GET /api/v3/time",
      "GET /api/v3/account",
    ]);
    expect(sent[2]?.query.get("timestamp")).toBe(String(START.getTime() + 7_000));
  });

  test("while Binance wants to be left alone nothing is sent, and then it is", async () => {
    const clock = createTestClock();
    const limited = { status: 429, body: { code: -1003, msg: "Too much." }, headers: { "Retry-After": "30" } };
    const { transport, sent } = scriptedBinance({
      clock,
      answers: { "GET /api/v3/account": limited, [order]: { body: {} } },
    });
    await transport.signed("GET", "/api/v3/account", {});
    await clock.advance(10_000);
    expect(await transport.signed("POST", "/api/v3/order", {})).toMatchObject({
      fault: { verdict: "not_executed", retryAfterMs: 20_000 },
    });
    expect(sent).toHaveLength(1);
    await clock.advance(20_000);
    expect(await transport.signed("POST", "/api/v3/order", {})).toMatchObject({ ok: true });
  });

  test.each([
    [60, 5],
    [5, 60],
  ])("of two stops that are told at once, of %d s and of %d s, the longer one holds", async (first, second) => {
    const clock = createTestClock();
    const limited = (seconds: number) => ({
      status: 429,
      body: { code: -1003, msg: "Too much." },
      headers: { "Retry-After": String(seconds) },
    });
    const { transport } = scriptedBinance({
      clock,
      answers: { "GET /api/v3/time": limited(first), "GET /api/v3/exchangeInfo": limited(second) },
    });
    // Neither waits for a signature: both are on their way before the first answer.
    await Promise.all(["time", "exchangeInfo"].map((path) => transport.open(`/api/v3/${path}`, {})));
    expect(await transport.signed("POST", "/api/v3/order", {})).toMatchObject({ fault: { retryAfterMs: 60_000 } });
  });

  test("the venue's time is taken for that of the middle of the way", async () => {
    let now = START.getTime();
    const clock = { ...createTestClock(), now: () => new Date(now) };
    const { transport, memory } = scriptedBinance({
      clock,
      answers: {
        [order]: tooLate,
        "GET /api/v3/time": () => {
          now += 400;
          return { body: { serverTime: START.getTime() + 7_200 } };
        },
      },
    });
    await transport.signed("POST", "/api/v3/order", {});
    expect(memory.offsetMs).toBe(7_000);
  });
});
