import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Mesh, until, WEBHOOK_KEY } from "./mesh.ts";
import { bookOf } from "./venue.ts";

const good = { apiKey: WEBHOOK_KEY, symbol: "BTCUSDT", action: "buy", quantity: "1", price: "1" };
const text = (change: Record<string, unknown>): string => JSON.stringify({ ...good, ...change });

describe("bad input", () => {
  let mesh: Mesh;
  beforeAll(async () => {
    mesh = await Mesh.start();
  });
  afterAll(() => mesh.stop());

  it.each<[what: string, body: string, status: number, words: RegExp]>([
    ["an empty body", "", 401, /key/i],
    ["text without a key", "buy BTCUSDT now", 401, /key/i],
    ["broken JSON", `{"apiKey":"${WEBHOOK_KEY}","symbol":"BTCUSDT",}`, 400, /line 1/],
    ["a wrong key", text({ apiKey: "wrong" }), 401, /key/i],
    ["no key", JSON.stringify({ ...good, apiKey: undefined }), 401, /key/i],
    [
      "an unexpanded placeholder",
      text({ action: "{{strategy.order.action}}" }),
      400,
      /action.*\{\{strategy\.order\.action\}\}/,
    ],
    [
      "an unexpanded placeholder without quotes",
      `{"apiKey":"${WEBHOOK_KEY}","symbol":"BTCUSDT","action":"buy","quantity":{{strategy.order.contracts}}}`,
      400,
      /\{\{strategy\.order\.contracts\}\}/,
    ],
    ["an unknown action", text({ action: "hodl" }), 400, /action/],
    ["no action", text({ action: "" }), 400, /action/],
    ["no symbol", text({ symbol: "" }), 400, /symbol/],
    ["a strange symbol", text({ symbol: "B T C / 💰" }), 400, /symbol/],
    ["no quantity", text({ quantity: "" }), 400, /quantity/],
    [
      "a quantity that is no number",
      `{"apiKey":"${WEBHOOK_KEY}","symbol":"BTCUSDT","action":"buy","quantity":NaN}`,
      400,
      /quantity/,
    ],
    ["a quantity of zero", text({ quantity: "0" }), 400, /quantity/],
    ["a negative quantity", text({ quantity: "-1" }), 400, /quantity/],
    ["a limit order without a price", text({ orderType: "limit", price: "" }), 400, /price/],
    ["a long that only reduces", text({ action: "long", reduceOnly: "True" }), 400, /reduceOnly/],
    ["a close that may not reduce", text({ action: "close", reduceOnly: false }), 400, /reduceOnly/],
    ["an unknown exchange", text({ exchange: "mtgox" }), 400, /exchange/],
    ["an unknown strategy", text({ strategy: "other" }), 400, /strategy/],
    ["two alerts at once", JSON.stringify([good, good]), 400, /one alert/i],
    ["a body that is too large", text({ comment: "x".repeat(17_000) }), 413, /16/],
  ])("such as %s is refused in words", async (_what, body, status, words) => {
    const answer = await mesh.alert(body);

    expect(answer.status).toBe(status);
    expect(answer.body.error?.message).toMatch(words);
    expect(answer.body.requestId).toBe(answer.headers.get("X-Request-Id"));
    expect(JSON.stringify(answer.body)).not.toContain(WEBHOOK_KEY);
  });

  it.each([
    ["an empty body", "", /empty/],
    ["a text that is no JSON", "buy BTCUSDT now", /JSON|unexpected/],
  ])("such as %s is explained to a sender whose URL has the key", async (_what, body, words) => {
    const response = await mesh.harness.fetch(`/webhook?key=${WEBHOOK_KEY}`, { method: "POST", body });

    expect(response.status).toBe(400);
    expect(await response.text()).toMatch(words);
  });

  it("by method or path gets an answer with a requestId, too", async () => {
    const get = await mesh.harness.fetch("/webhook");
    const nowhere = await mesh.harness.fetch("/nowhere");

    expect([get.status, nowhere.status]).toEqual([405, 404]);
    expect(get.headers.get("X-Request-Id")).toMatch(/^[0-9a-f-]{36}$/);
    expect(nowhere.headers.get("X-Request-Id")).toMatch(/^[0-9a-f-]{36}$/);
  });

  it("trades nothing, and the mesh lives", async () => {
    expect(await bookOf(mesh)).toEqual([]);
    await mesh.accepted({ symbol: "BTCUSDT", action: "buy", quantity: "1", price: "1" });
    await until("the good one is booked", async () => (await bookOf(mesh)).length === 1);
  });

  it("under a valid key is recorded and told once per cause", async () => {
    await until("the refusals are recorded", async () => {
      const [row] = await mesh.rows("SELECT count(*) AS n FROM signals WHERE outcome = 'refused'");
      return Number(row?.["n"]) >= 15;
    });
    const told = await until("the notifications are recorded", async () => {
      const titles = await mesh.rows("SELECT title FROM notifications WHERE title LIKE 'Alert refused: quantity%'");
      return titles.length > 0 ? titles : undefined;
    });
    expect(told).toHaveLength(new Set(told.map((row) => row["title"])).size);
  });

  it.each<[what: string, body: string, contentType: string]>([
    ["a byte order mark", `\uFEFF${text({ symbol: "AUSDT" })}`, "text/plain; charset=utf-8"],
    ["CRLF line ends", JSON.stringify({ ...good, symbol: "BUSDT" }, null, 2).replaceAll("\n", "\r\n"), "text/plain"],
    ["NaN where nothing is needed", text({ symbol: "CUSDT" }).replace("}", ',"leverage":NaN}'), "application/json"],
    ["an array of one", JSON.stringify([{ ...good, symbol: "DUSDT" }]), "application/json"],
    ["numbers as strings with spaces", text({ symbol: "EUSDT", quantity: " 1 " }), "application/octet-stream"],
    ["TradingView's ticker of a perpetual", text({ symbol: "BINANCE:1000PEPEUSDT.P" }), "text/plain"],
    ["a slash in the ticker", text({ symbol: "FOO/USDT" }), "text/plain"],
    ["upper-case words", text({ symbol: "GUSDT", action: "BUY" }), "text/plain"],
  ])("that is TradingView's reality is understood: %s", async (_what, body, contentType) => {
    expect(await mesh.alert(body, { "content-type": contentType })).toMatchObject({ status: 202 });
  });
});
