import { describe, expect, it } from "vitest";
import { ALERT, errorOf, fakeGateway, KEY } from "../fakes.ts";

describe("a sender", () => {
  it.each([
    ["in the body", ALERT, "/webhook"],
    ["as an alias", { ...ALERT, apiKey: undefined, passphrase: KEY }, "/webhook"],
    ["in the URL", { ...ALERT, apiKey: undefined }, `/webhook?key=${KEY}`],
    [
      "in the URL beside another system's token",
      { ...ALERT, apiKey: undefined, token: "theirs" },
      `/webhook?key=${KEY}`,
    ],
    ["in an array of one", [ALERT], "/webhook"],
  ])("passes with the key %s", async (_, body, path) => {
    expect((await fakeGateway().post(body, {}, path)).status).toBe(202);
  });

  it.each(["old-key", "new-key"])("passes with either key during a rotation: %s", async (key) => {
    expect((await fakeGateway({ keys: "old-key, new-key" }).post({ ...ALERT, apiKey: key })).status).toBe(202);
  });

  it.each([
    ["no key", { ...ALERT, apiKey: undefined }, "/webhook"],
    ["an empty key", { ...ALERT, apiKey: "" }, "/webhook"],
    ["a wrong key", { ...ALERT, apiKey: "wrong" }, "/webhook"],
    ["a part of the key", { ...ALERT, apiKey: KEY.slice(0, -1) }, "/webhook"],
    ["a wrong key in the URL", { ...ALERT, apiKey: undefined }, "/webhook?key=wrong"],
    ["both keys of a rotation in one", { ...ALERT, apiKey: `${KEY},other` }, "/webhook"],
    ["no key and no JSON", "hello", "/webhook"],
    ["no key and an unfilled placeholder", '{"action":"{{x}}"}', "/webhook"],
    ["nothing at all", "", "/webhook"],
  ])("with %s learns only that the key is missing or wrong", async (_, body, path) => {
    const gateway = fakeGateway();
    const response = await gateway.post(body, {}, path);

    expect(response.status).toBe(401);
    expect((await errorOf(response)).error).toEqual({
      code: "unauthorized",
      message: "the webhook key is missing or wrong",
      hint: 'the alert is a JSON object with the key as "apiKey", or the URL ends in ?key=…',
    });
    expect(gateway.ledger.asked).toEqual([]);
    expect(await gateway.published()).toEqual([]);
  });

  it("without a key makes one log line of many tries", async () => {
    const gateway = fakeGateway();
    for (let tries = 0; tries < 20; tries += 1) await gateway.post("{}");

    expect(gateway.lines).toHaveLength(1);
  });

  it("that tries keys is slowed down by its source, and a valid key still passes", async () => {
    const gateway = fakeGateway({ wrongKeysAllowed: 2 });
    const from = (ip: string, apiKey: string) => gateway.post({ ...ALERT, apiKey }, { "cf-connecting-ip": ip });
    const statuses = [];
    for (const key of ["a", "b", "c"]) statuses.push((await from("203.0.113.7", key)).status);

    expect(statuses).toEqual([401, 401, 429]);
    expect((await from("203.0.113.8", "a")).status).toBe(401);
    expect((await from("203.0.113.7", KEY)).status).toBe(202);
  });

  it("that sends too much under a valid key gets 429 and a time to wait", async () => {
    const gateway = fakeGateway({ alertsAllowed: 1 });
    await gateway.post(ALERT);
    const response = await gateway.post(ALERT);

    expect(response.status).toBe(429);
    expect(response.headers.get("retry-after")).toBe("60");
    expect(gateway.ledger.asked).toHaveLength(1);
  });

  it("that floods is told to the trader once", async () => {
    const gateway = fakeGateway({ alertsAllowed: 0 });
    await gateway.post(ALERT);
    await gateway.post(ALERT);

    expect((await gateway.published()).map((each) => each.message.type)).toEqual(["notification.requested"]);
  });

  it("outside the allowed addresses gets 403 before its key is looked at", async () => {
    const gateway = fakeGateway({ sources: "tradingview" });

    expect((await gateway.post(ALERT, { "cf-connecting-ip": "203.0.113.7" })).status).toBe(403);
    expect((await gateway.post(ALERT)).status).toBe(403);
    expect((await gateway.post(ALERT, { "cf-connecting-ip": "52.89.214.238" })).status).toBe(202);
  });

  it("of too much gets 413", async () => {
    const gateway = fakeGateway();
    const response = await gateway.post({ ...ALERT, comment: "x".repeat(16_384) });

    expect(response.status).toBe(413);
    expect((await errorOf(response)).error.code).toBe("body_too_large");
    expect(gateway.ledger.asked).toEqual([]);
  });
});
