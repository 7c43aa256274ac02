import { describe, expect, it } from "vitest";
import { ALERT, errorOf, fakeGateway, KEY } from "../fakes.ts";

describe("an alert refused under a valid key", () => {
  it.each([
    [
      "an unfilled placeholder",
      JSON.stringify({ ...ALERT, action: "{{strategy.order.action}}" }),
      "unexpanded_placeholder",
      "TradingView did not fill in {{strategy.order.action}}",
    ],
    [
      "an unquoted unfilled placeholder",
      `{"apiKey":"${KEY}","quantity":{{strategy.order.contracts}}}`,
      "unexpanded_placeholder",
      "{{strategy.order.contracts}}",
    ],
    [
      "a placeholder that came out as nothing",
      `{"apiKey":"${KEY}","price":,"action":"buy"}`,
      "invalid_json",
      'the value of "price" is missing',
    ],
    ["a trailing comma", `{"apiKey":"${KEY}",}`, "invalid_json", 'a comma before "}"'],
    ["single quotes", `{'apiKey':'${KEY}'}`, "text_format", "a Python literal, with single quotes, and not JSON"],
    ["plain text", `BUY BTCUSDT key=${KEY}`, "invalid_json", '"BUY" needs double quotes'],
    ["several alerts", JSON.stringify([ALERT, ALERT]), "several_alerts", "an array of 2"],
    [
      "a field given twice",
      JSON.stringify(ALERT).replace("}", ',"quantity":"5"}'),
      "duplicate_field",
      "quantity is given twice",
    ],
    ["an unknown action", JSON.stringify({ ...ALERT, action: "hodl" }), "unknown_action", 'action "hodl" is not known'],
    [
      "an unknown exchange",
      JSON.stringify({ ...ALERT, exchange: "kraken" }),
      "unknown_exchange",
      'exchange "kraken" is not known',
    ],
    [
      "an unreadable symbol",
      JSON.stringify({ ...ALERT, symbol: "BTC1!" }),
      "unknown_symbol",
      'symbol "BTC1!" cannot be understood',
    ],
    [
      "a contradiction",
      JSON.stringify({ ...ALERT, action: "long", reduceOnly: true }),
      "contradiction",
      "reduceOnly is true",
    ],
    ["a missing field", JSON.stringify({ ...ALERT, quantity: "" }), "missing_field", "quantity is missing"],
    [
      "a bad field",
      JSON.stringify({ ...ALERT, quantity: "-1" }),
      "invalid_field",
      "quantity must be greater than zero",
    ],
    [
      "another strategy",
      JSON.stringify({ ...ALERT, strategy: "x" }),
      "other_strategy",
      'strategy "x" is not that of this key',
    ],
  ])("for %s gets 400 with the reason, a record and a word to the trader", async (_, body, code, words) => {
    const gateway = fakeGateway();
    const response = await gateway.post(body);
    const answer = await errorOf(response);
    const published = await gateway.published();

    expect(response.status).toBe(400);
    expect(response.headers.get("x-request-id")).toBe(answer.requestId);
    expect(answer.error).toMatchObject({ code, message: expect.stringContaining(words) });
    expect(gateway.ledger.asked).toEqual([]);
    expect(published.find((each) => each.queue === "records")?.message).toMatchObject({
      type: "signal.refused",
      requestId: answer.requestId,
      data: { strategy: "default", code, reason: answer.error.message, refusedAt: gateway.clock.now() },
    });
    expect(published.find((each) => each.queue === "notifications")?.message).toMatchObject({
      type: "notification.requested",
      requestId: answer.requestId,
      data: { severity: "warning", title: `Alert refused: ${answer.error.message}` },
    });
  });

  it("is recorded every time and told once per cause and window", async () => {
    const gateway = fakeGateway();
    for (let times = 0; times < 3; times += 1) await gateway.post({ ...ALERT, action: "hodl" });
    await gateway.post({ ...ALERT, quantity: 0 });
    gateway.clock.advance(300_000);
    await gateway.post({ ...ALERT, action: "hodl" });
    const types = (await gateway.published()).map((each) => each.message.type);

    expect(types.filter((type) => type === "signal.refused")).toHaveLength(5);
    expect(types.filter((type) => type === "notification.requested")).toHaveLength(3);
  });

  it("is told under one id by every isolate, so that the trader reads it once", async () => {
    const ids = await Promise.all(
      [fakeGateway(), fakeGateway()].map(async (isolate) => {
        await isolate.post({ ...ALERT, action: "hodl" });
        return (await isolate.published()).find((each) => each.queue === "notifications")?.message.id;
      }),
    );

    expect(ids[0]).toBe(ids[1]);
  });

  it("never shows its key in what is published or logged", async () => {
    const gateway = fakeGateway();
    await gateway.post(`{"apiKey":"${KEY}" "symbol":"BTCUSDT"}`);
    await gateway.post({ ...ALERT, action: "hodl" });

    expect(JSON.stringify([await gateway.published(), gateway.lines])).not.toContain(KEY);
  });
});
