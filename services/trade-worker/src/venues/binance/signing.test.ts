import { describe, expect, test } from "vitest";
import { encodeParameters, signatureOf } from "./signing.ts";

// Sample credentials that Binance publishes in its documentation.
const spotSecret = "NhqPtmdSJYdKjVHjA7PZj4Mge3R5YNiP1e3UZjInClVN65XAbvqqM6A7H5fATj0j";
const usdmSecret = "2b5eb11e18796d12d88f13dc27dbbd02c2cc51ff7059765ed9821957d82bb4d9";

describe("signing for Binance", () => {
  test.each([
    ["LTCBTC", "c8db56825ae71d6d79447849e617115f4a920fa2acdcab2b053c4b2838bd6b71"],
    ["１２３４５６", "e1353ec6b14d888f1164ae9af8228a3dbd508bc82eb867db8ab6046442f33ef3"],
  ])("the spot vector of %s is the documentation's", async (symbol, signature) => {
    const sent = encodeParameters({
      symbol,
      side: "BUY",
      type: "LIMIT",
      timeInForce: "GTC",
      quantity: "1",
      price: "0.1",
      recvWindow: "5000",
      timestamp: "1499827319559",
    });
    expect(await signatureOf(spotSecret, sent)).toBe(signature);
  });

  test("the USD-M vector is the documentation's", async () => {
    const sent = encodeParameters({
      symbol: "BTCUSDT",
      side: "BUY",
      type: "LIMIT",
      quantity: "1",
      price: "9000",
      timeInForce: "GTC",
      recvWindow: "5000",
      timestamp: "1591702613943",
    });
    expect(await signatureOf(usdmSecret, sent)).toBe(
      "3c661234138461fcc7a7d8746c6558c9842d4e10870d2ecbedf7777cad694af9",
    );
  });

  test("what is undefined is not sent", () => {
    expect(encodeParameters({ symbol: "A", price: undefined, side: "BUY" })).toBe("symbol=A&side=BUY");
  });
});
