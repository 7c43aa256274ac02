import { describe, expect, it } from "vitest";
import { parseAddressList } from "./source-address.ts";

describe("the list of allowed sources", () => {
  it.each([
    ["203.0.113.7", "203.0.113.7", true],
    ["203.0.113.7", "203.0.113.8", false],
    ["203.0.113.0/24", "203.0.113.255", true],
    ["203.0.113.0/24", "203.0.114.0", false],
    ["203.0.113.0/25", "203.0.113.128", false],
    ["203.0.113.64/26", "203.0.113.127", true],
    ["0.0.0.0/0", "198.51.100.1", true],
    ["0.0.0.0/0", "2001:db8::1", false],
    ["2001:db8::/32", "2001:db8:ffff::1", true],
    ["2001:db8::/32", "2001:db9::1", false],
    ["2001:db8::1", "2001:0DB8:0:0:0:0:0:1", true],
    ["::1", "::1", true],
    ["203.0.113.7", "::ffff:203.0.113.7", true],
    ["::ffff:203.0.113.7", "203.0.113.7", true],
    ["tradingview", "52.89.214.238", true],
    ["tradingview", "52.32.178.7", true],
    ["TradingView, 203.0.113.7", "203.0.113.7", true],
    ["tradingview", "203.0.113.7", false],
    ["203.0.113.7", "", false],
    ["203.0.113.7", "unknown", false],
  ])("%s and the source %s: %s", (list, source, allowed) => {
    expect(parseAddressList(list).includes(source)).toBe(allowed);
  });

  it.each(["", " ", " , "])("restricts nothing when it is %j", (list) => {
    expect(parseAddressList(list).restricted).toBe(false);
  });

  it.each([
    "203.0.113",
    "203.0.113.256",
    "203.0.113.7/33",
    "2001:db8::/129",
    "1::2::3",
    "1:2:3",
    "example.com",
    "203.0.113.7/",
    "203.0.113.7/8/8",
    "203.0.113.7/-1",
  ])("is refused as a whole for the entry %s", (entry) => {
    expect(() => parseAddressList(`tradingview,${entry}`)).toThrow(`"${entry}" is not an IP address`);
  });
});
