import { describe, expect, test } from "vitest";
import type { OrderRequest } from "#contracts/order";
import { createWorld } from "../fakes/world.ts";
import { openVenue, type LiveVenueFactory, type VenueAccount } from "./index.ts";
import type { Venue } from "./venue.ts";

const order: OrderRequest = {
  clientOrderId: "x-e",
  symbol: "BTCUSDT",
  side: "buy",
  type: "market",
  quantity: "1",
  referencePrice: "100",
  reduceOnly: false,
};

function open(
  of: VenueAccount,
  options: { tradingMode?: "live"; secrets?: Record<string, string>; live?: LiveVenueFactory } = {},
): Venue {
  const { clock, shell } = createWorld();
  const world = {
    clock,
    fetch: async () => Promise.reject(new Error("no network")),
    variable: (name: string) => options.secrets?.[name],
    tradingMode: options.tradingMode ?? ("paper" as const),
    paper: () => shell,
  };
  return openVenue(of, world, options.live ? { "binance-usdm": options.live } : {});
}

async function refusal(venue: Venue): Promise<string> {
  const reply = await venue.place(order, { signedAt: new Date() });
  return reply.kind === "rejected" ? reply.reason : reply.kind;
}

describe("opening a venue", () => {
  test("the paper venue needs nothing", async () => {
    const { clock } = createWorld();
    const venue = open({ account: "main", venue: "paper" });
    expect((await venue.place(order, { signedAt: clock.now() })).kind).toBe("accepted");
  });

  test("a venue that is not built says so", async () => {
    expect(await refusal(open({ account: "main", venue: "mexc" }))).toContain("cannot trade at mexc yet");
  });

  test("a live venue needs TRADING_MODE=live", async () => {
    const live = () => open({ account: "main", venue: "paper" });
    expect(await refusal(open({ account: "main", venue: "binance-usdm" }, { live }))).toContain(
      "set TRADING_MODE to live",
    );
  });

  test("a live venue names the secrets that are missing", async () => {
    const live = () => open({ account: "main", venue: "paper" });
    const secrets = { MAIN_BINANCE_USDM_API_KEY: "k" };
    const venue = open({ account: "main", venue: "binance-usdm" }, { live, tradingMode: "live", secrets });
    expect(await refusal(venue)).toContain("MAIN_BINANCE_USDM_API_SECRET is not set");
  });

  test("a live venue with everything gets its credentials", () => {
    const given: unknown[] = [];
    const live: LiveVenueFactory = (of) => {
      given.push(of.credentials);
      return open({ account: "main", venue: "paper" });
    };
    const secrets = { MAIN_BINANCE_USDM_API_KEY: "k", MAIN_BINANCE_USDM_API_SECRET: "s" };
    open({ account: "main", venue: "binance-usdm" }, { live, tradingMode: "live", secrets });
    expect(given).toEqual([{ apiKey: "k", apiSecret: "s" }]);
  });
});
