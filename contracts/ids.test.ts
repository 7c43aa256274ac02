import { describe, expect, it } from "vitest";
import { clientOrderId, ledgerOf, messageId, parseClientOrderId, partsOf } from "./ids.ts";

const requestId = "9b1deb4d-3b7d-4bad-9bdd-2b0d7b3dcb6d";

describe("a client order id", () => {
  it("is 26 characters of base32, a dash and the leg, which every venue accepts", () => {
    expect(clientOrderId({ requestId, leg: "e" })).toMatch(/^[a-z2-7]{26}-e$/);
  });

  it.each([
    requestId,
    "00000000-0000-4000-8000-000000000000",
    "ffffffff-ffff-4fff-bfff-ffffffffffff",
    crypto.randomUUID(),
  ])("leads back to %s and its leg", (id) => {
    expect(parseClientOrderId(clientOrderId({ requestId: id, leg: "s12" }))).toEqual({ requestId: id, leg: "s12" });
  });

  it("differs for every placement of a leg", () => {
    const ids = (["e", "c", "s1", "s2", "t1", "x"] as const).map((leg) => clientOrderId({ requestId, leg }));
    expect(new Set(ids).size).toBe(ids.length);
  });

  it.each([
    "",
    "web_12345",
    "tmo6wtj3pvf23g65fmgxwpolnu",
    "tmo6wtj3pvf23g65fmgxwpolnu-q",
    "TMO6WTJ3PVF23G65FMGXWPOLNU-e",
  ])("is not seen in %j", (text) => {
    expect(parseClientOrderId(text)).toBeUndefined();
  });
});

describe("a ledger's name", () => {
  it("leads back to its account and its venue", () => {
    const of = { account: "second", venue: "binance-usdm" } as const;
    expect(partsOf(ledgerOf(of))).toEqual(of);
  });
});

describe("a message id", () => {
  it("is the same for the same revision and another for the next", () => {
    const of = { requestId, type: "order.updated", key: "e", rev: 1 };
    expect(messageId(of)).toBe(messageId({ ...of }));
    expect(messageId(of)).not.toBe(messageId({ ...of, rev: 2 }));
  });
});
