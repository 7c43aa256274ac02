import { createHmac } from "node:crypto";
import { describe, expect, it } from "vitest";
import { isSecretName, proofOf, valuesOf } from "./secret-proof.ts";

const of = { name: "INTERNAL_KEY_BINDING", nonce: "9b1deb4d-3b7d-4bad-9bdd-2b0d7b3dcb6d" };

describe("the proof of a secret", () => {
  it("is an HMAC-SHA256 over purpose, name and nonce, so that anybody who has the value can make it", async () => {
    const expected = createHmac("sha256", "sesame").update(`secret-proof\n${of.name}\n${of.nonce}`).digest("hex");
    expect(await proofOf("sesame", of)).toBe(expected);
  });

  it.each([
    ["another value", "sesam", of],
    ["another name", "sesame", { ...of, name: "OPERATOR_KEY_BINDING" }],
    ["another nonce", "sesame", { ...of, nonce: "1b9d6bcd-bbfd-4b2d-9b5d-ab8dfbbd4bed" }],
  ])("is another one for %s", async (_, value, about) => {
    expect(await proofOf(value, about)).not.toBe(await proofOf("sesame", of));
  });
});

describe("the values of a secret", () => {
  it.each([
    ["one", ["one"]],
    ["new, old", ["new", "old"]],
    ["", []],
    [" , ", []],
  ])("of %j are %j", (secret, values) => {
    expect(valuesOf(secret)).toEqual(values);
  });
});

describe("a name that may be proven", () => {
  it.each(["INTERNAL_KEY_BINDING", "TELEGRAM_CHAT_ID_DEFAULT", "MAIN_BINANCE_USDM_API_SECRET"])("is %s", (name) => {
    expect(isSecretName(name)).toBe(true);
  });

  it.each(["TRADING_MODE", "VERSION", "internal_key_binding", "__proto__"])("is not %s", (name) => {
    expect(isSecretName(name)).toBe(false);
  });
});
