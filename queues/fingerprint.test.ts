import { describe, expect, it } from "vitest";
import { causeOf, fingerprintOf } from "./fingerprint.ts";

const of = (reason: string, letterClass = "permanent", error = "refused") => fingerprintOf(letterClass, error, reason);

describe("letters of one cause have one fingerprint", () => {
  it.each([
    ["numbers", "queued for 5 s", "queued for 1200 s"],
    ["decimals and thousands", "wants 1,234.50", "wants 7"],
    ["signs and exponents", "moved by -0.5", "moved by 1e-7"],
    ["units", "waited 30ms", "waited 9ms"],
    ["one and many", "gave up after 1 attempt", "gave up after 3 attempts"],
    ["places in a list", "data.lines.3.fields: expected string", "data.lines.17.fields: expected string"],
    [
      "UUIDs",
      "no signal 9b1deb4d-3b7d-4bad-9bdd-2b0d7b3dcb6d here",
      "no signal ffffffff-ffff-4fff-bfff-ffffffffffff here",
    ],
    [
      "message ids",
      "9b1deb4d-3b7d-4bad-9bdd-2b0d7b3dcb6d/order.updated/3 is stale",
      "1f0e2d3c-4b5a-4978-8695-a4b3c2d1e0f9/order.updated/12 is stale",
    ],
    [
      "client order ids",
      "order tmo6wtj3pvf23g6633k2wptljn-e is unknown",
      "order aaaaaaaaaaaaaaaaaaaaaaaaaa-s12 is unknown",
    ],
    ["hashes", "object d41d8cd98f00b204e9800998ecf8427e gone", "object 0cc175b9c0f1b6a831c399e269772661 gone"],
    ["short ids", "request 8f3KQ2 failed", "request a1B2c3D4 failed"],
    ["addresses", "at 0x7fff5fbff8c0", "at 0x10"],
    ["network addresses", "cannot reach 10.0.0.1:8787", "cannot reach 192.168.1.20:443"],
    ["double quotes", 'unknown symbol "BTCUSDT"', 'unknown symbol "X"'],
    ["escaped quotes", 'unknown symbol "a \\"b\\" c"', 'unknown symbol "X"'],
    ["single quotes", "unknown field 'price' in it", "unknown field 'stop loss' in it"],
    ["backticks", "cannot read `a.b`", "cannot read `c`"],
    ["lists of values", 'must be "a", "b" or "c"', 'must be "x" or "y"'],
    ["times", "since 2026-11-01T09:30:00.164Z", "since 2026-11-24 15:42:23+01:00"],
    ["dates of mail", "until Tue, 24 Nov 2026 15:42:23 GMT", "until Sun, 1 Mar 2026 00:00:00 GMT"],
    ["clocks", "at 09:30 it was closed", "at 17:45:01 it was closed"],
    [
      "pieces of unreadable JSON",
      `Unexpected token 'x', "{"price":"1,5x"}" is not valid JSON`,
      `Unexpected token '<', "<html><body class="a">"... is not valid JSON`,
    ],
    ["line breaks", "failed\n  at once", "failed at once"],
  ])("whatever their %s", async (_, one, other) => {
    expect(causeOf("", "", one)).toBe(causeOf("", "", other));
    expect(await of(one)).toBe(await of(other));
  });
});

describe("letters of different causes have different fingerprints", () => {
  it.each([
    ["words", "the symbol is unknown", "the symbol is halted"],
    ["what apostrophes enclose", "it doesn't stop and can't start", "it doesn't start and can't stop"],
    ["what two quotations enclose", 'field "a" must be "b"', 'field "a" may not be "b"'],
    ["names with figures", "D1 is overloaded", "R2 is overloaded"],
    ["status codes", "Telegram answered with status 403", "Telegram answered with status 400"],
    ["HTTP codes", "HTTP 503 from the venue", "HTTP 418 from the venue"],
    ["codes of an exchange", "code -2010: refused", "code -1021: refused"],
    ["fields", "data.price: expected string", "data.quantity: expected string"],
    ["types of messages", "no contract is called order.updated", "no contract is called signal.settled"],
    ["plain words with hyphens", "trade-worker is away", "ledger-worker is away"],
    ["values and no values", "size 5 is too small", "size is too small"],
  ])("by %s", async (_, one, other) => {
    expect(await of(one)).not.toBe(await of(other));
  });

  it("by class and error, whatever the reason", async () => {
    expect(new Set([await of("a"), await of("a", "bug"), await of("a", "permanent", "other")]).size).toBe(3);
  });
});

describe("a fingerprint", () => {
  it("is sixteen hexadecimal characters", async () => {
    expect(await of("queued for 5 s")).toMatch(/^[0-9a-f]{16}$/);
  });

  it("of the longest reason is found at once", () => {
    const nasty = ["'", '"', "`", "1", "a1", "0x", "2026-11-01T", "Jan 1 ", "# "].map((part) =>
      part.repeat(Math.ceil(2_000 / part.length)).slice(0, 2_000),
    );
    const started = performance.now();
    for (const reason of nasty) causeOf("", "", reason);

    expect(performance.now() - started).toBeLessThan(500);
  });
});
