import { describe, expect, it } from "vitest";
import { redact } from "./redact.ts";

describe("redaction", () => {
  it.each([
    ["https://x/webhook?key=sesame&a=1", "sesame"],
    ['{"apiKey":"sesame","symbol":"BTCUSDT"}', "sesame"],
    ["Authorization: Bearer sesame", "sesame"],
    ["https://api.telegram.org/bot123456789:AAF-abcdefghijklmnopqrstuvwxyz0123456/sendMessage", "AAF-"],
    ["signature=c8db56825ae71d6d", "c8db56825ae71d6d"],
    ["X-Internal-Auth-Key: sesame", "sesame"],
    ["passphrase = 'sesame'", "sesame"],
    [JSON.stringify({ body: JSON.stringify({ apiKey: "sesame" }) }), "sesame"],
  ])("takes the secret out of %s", (text, secret) => {
    expect(redact(text)).not.toContain(secret);
    expect(redact(text)).toContain("[redacted]");
  });

  it("leaves ordinary words alone", () => {
    const text = "filled: buy 0.01 BTCUSDT at 65000 (main:paper), the monkey: fine";
    expect(redact(text)).toBe(text);
  });
});
