import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { keyAt } from "../../testing/binance-calls.ts";
import { BinanceWorld, idOf, symbolAt } from "../../testing/binance-world.ts";
import type { Market } from "./faults.ts";

let world: BinanceWorld;
beforeAll(async () => {
  world = await BinanceWorld.start();
});
afterAll(() => world.fake.stop());

interface Steps {
  market: Market;
  what: string;
  name: string;
  /** Of 0.5: after 0.2, and after the rest. */
  first: object;
  last: object;
}

// Fees are a thousandth at spot and half of that at USD-M. Of a purchase spot keeps its fee out of what was bought.
const cases: readonly Steps[] = [
  {
    market: "spot",
    what: "a limit order",
    name: "old-resting",
    first: { filledQuantity: "0.1998", fee: "0" },
    last: { filledQuantity: "0.4995", fee: "0" },
  },
  {
    market: "spot",
    what: "the stop of a pair",
    name: "old-guard",
    first: { filledQuantity: "0.2", averagePrice: "9000", fee: "1.8" },
    last: { filledQuantity: "0.5", averagePrice: "9000", fee: "4.5" },
  },
  {
    market: "usdm",
    what: "a limit order",
    name: "old-resting",
    first: { filledQuantity: "0.2", averagePrice: "9000", fee: "0.9" },
    last: { filledQuantity: "0.5", averagePrice: "9000", fee: "2.25" },
  },
  {
    market: "usdm",
    what: "a stop that is triggered",
    name: "old-stop",
    first: { filledQuantity: "0.2", averagePrice: "9000", fee: "0.9" },
    last: { filledQuantity: "0.5", averagePrice: "9000", fee: "2.25" },
  },
];

const fill = ({ market, name }: Pick<Steps, "market" | "name">, quantity: string): void =>
  world.fake[market].fillPart(idOf(name), quantity);

describe.each(cases)("$what of $market that fills in two steps", ({ market, name, first, last }) => {
  const key = keyAt(market, name);

  test("works with what it has filled so far, and has filled in the end", async () => {
    const venue = world.open(market, "http");
    const before = await venue.find(key);
    expect(before).toMatchObject({ status: "working", filledQuantity: "0" });
    fill({ market, name }, "0.2");
    const { venueOrderId } = before ?? {};
    const half = { status: "working", quantity: "0.5", venueOrderId, ...first };
    expect(await venue.find(key)).toMatchObject(half);
    expect(await venue.openOrders(symbolAt(market))).toContainEqual(
      expect.objectContaining({ clientOrderId: key.clientOrderId, status: "working", ...first }),
    );
    fill({ market, name }, "0.3");
    expect(await venue.find(key)).toMatchObject({ status: "filled", quantity: "0.5", venueOrderId, ...last });
  });

  test("that is cancelled in between keeps what it has filled", async () => {
    const venue = world.open(market, "http");
    fill({ market, name }, "0.2");
    expect(await venue.cancel(key)).toMatchObject({ status: "cancelled", quantity: "0.5", ...first });
  });
});

test.each([
  ["old-guard", "old-target"],
  ["old-target", "old-guard"],
])("when %s of a pair fills in part, %s has expired", async (name, other) => {
  const venue = world.open("spot", "http");
  fill({ market: "spot", name }, "0.2");
  expect(await venue.find(keyAt("spot", name))).toMatchObject({ status: "working", filledQuantity: "0.2" });
  expect(await venue.find(keyAt("spot", other))).toMatchObject({ status: "expired", filledQuantity: "0" });
});

test("the position and the balance follow each step", async () => {
  const usdm = world.open("usdm", "http");
  const before = (await usdm.position("BTCUSDT.P")).quantity;
  fill({ market: "usdm", name: "old-resting" }, "0.2");
  expect([before, (await usdm.position("BTCUSDT.P")).quantity]).toEqual(["0.4", "0.6"]);
  const spot = world.open("spot", "http");
  const held = (await spot.position("BTCUSDT")).quantity;
  fill({ market: "spot", name: "old-guard" }, "0.2");
  expect([held, (await spot.position("BTCUSDT")).quantity]).toEqual(["1.4995", "1.2995"]);
});
