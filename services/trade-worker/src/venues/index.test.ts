import { describe, expect, test } from "vitest";
import type { OrderRequest } from "#contracts/order";
import { createWorld } from "../fakes/world.ts";
import { createBinanceMemories } from "./binance/memories.ts";
import { openVenue } from "./index.ts";
import type { LiveAccount, LiveVenueFactory, VenueAccount } from "./live.ts";
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
    binance: createBinanceMemories(),
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

  test("what closes or guards waits for the secret or the mode that is missing", async () => {
    const waits = { kind: "not_executed", retryAfterMs: 30_000, reason: expect.stringContaining("TRADING_MODE") };
    const venue = open({ account: "main", venue: "binance-usdm" }, { live: () => venue });
    expect(await venue.place({ ...order, reduceOnly: true }, { signedAt: new Date() })).toEqual(waits);
    await expect(venue.rules("BTCUSDT.P")).rejects.toMatchObject({ isOfAccount: true });
  });

  const KEYS = {
    MAIN_BINANCE_USDM_API_KEY: "k",
    MAIN_BINANCE_USDM_API_SECRET: "s",
    TEST_BINANCE_USDM_API_KEY: "k",
    TEST_BINANCE_USDM_API_SECRET: "s",
  };
  /** What a factory is given when the account may trade, or the words with which it may not. */
  async function opened(
    settings: Record<string, string>,
    tradingMode?: "live",
    account = "main",
  ): Promise<LiveAccount | string> {
    const given: LiveAccount[] = [];
    const live: LiveVenueFactory = (of) => {
      given.push(of);
      return open({ account: "main", venue: "paper" });
    };
    const options = { live, secrets: { ...KEYS, ...settings }, ...(tradingMode ? { tradingMode } : {}) };
    const venue = open({ account, venue: "binance-usdm" }, options);
    return given[0] ?? refusal(venue);
  }

  test("a live venue with everything gets its credentials", async () => {
    expect(await opened({}, "live")).toMatchObject({
      credentials: { apiKey: "k", apiSecret: "s" },
      settings: { isTestnet: false },
    });
  });

  test("a testnet needs no TRADING_MODE, because nothing is real there", async () => {
    expect(await opened({ TEST_BINANCE_USDM_TESTNET: "true" }, undefined, "test")).toMatchObject({
      settings: { isTestnet: true },
    });
  });

  test("what calls itself a testnet at an address of its own may be real, and needs it", async () => {
    const relay = { TEST_BINANCE_USDM_TESTNET: "true", TEST_BINANCE_USDM_URL: "https://relay.example/" };
    const refused = await opened(relay, undefined, "test");
    expect(refused).toContain("nobody here can tell whether TEST_BINANCE_USDM_URL leads to a testnet");
    expect(refused).toContain("set TRADING_MODE to live");
    expect(await opened(relay, "live", "test")).toMatchObject({ settings: { url: "https://relay.example" } });
  });

  test("an account of real money is never at a testnet, nor one of play money anywhere else", async () => {
    expect(await opened({ MAIN_BINANCE_USDM_TESTNET: "true" }, "live")).toContain(
      "account main cannot be at a testnet",
    );
    expect(await opened({}, "live", "test")).toContain("TEST_BINANCE_USDM_TESTNET is not true");
  });

  test.each([
    [{ MAIN_BINANCE_USDM_TESTNET: "yes" }, "MAIN_BINANCE_USDM_TESTNET: must be true or false"],
    [{ MAIN_BINANCE_USDM_URL: "http://relay.example" }, "MAIN_BINANCE_USDM_URL: must begin with https://"],
    [{ MAIN_BINANCE_USDM_MARGIN_MODE: "cross" }, "MAIN_BINANCE_USDM_MARGIN_MODE: must be isolated or crossed"],
    [{ MAIN_BINANCE_USDM_URL: "relay.example" }, "MAIN_BINANCE_USDM_URL: must be an address such as https://"],
    [{ MAIN_BINANCE_USDM_URL: "ftp://127.0.0.1" }, "MAIN_BINANCE_USDM_URL: must begin with https://"],
    [{ MAIN_BINANCE_USDM_URL: "https://me@relay.example" }, "MAIN_BINANCE_USDM_URL: must have no user"],
    [{ MAIN_BINANCE_USDM_URL: "https://:pw@relay.example" }, "MAIN_BINANCE_USDM_URL: must have no user"],
    [{ MAIN_BINANCE_USDM_URL: "https://relay.example?a=b" }, "MAIN_BINANCE_USDM_URL: must end before ? and #"],
    [{ MAIN_BINANCE_USDM_URL: "https://relay.example/?" }, "MAIN_BINANCE_USDM_URL: must end before ? and #"],
    [{ MAIN_BINANCE_USDM_URL: "https://relay.example/#top" }, "MAIN_BINANCE_USDM_URL: must end before ? and #"],
    [{ MAIN_BINANCE_USDM_URL: "https://relay.example/api" }, "MAIN_BINANCE_USDM_URL: must end before /api"],
    [{ MAIN_BINANCE_USDM_URL: "https://relay.example/fapi/v1/" }, "MAIN_BINANCE_USDM_URL: must end before /api"],
    [{ MAIN_BINANCE_USDM_URL: "https://relay.example/sapi" }, "MAIN_BINANCE_USDM_URL: must end before /api"],
  ])("a wrong setting is named, and nothing trades: %j", async (settings, words) => {
    expect(await opened(settings as Record<string, string>, "live")).toContain(words);
  });

  test.each([
    "https://api.binance.com",
    "https://api-gcp.binance.com",
    "https://fapi.binance.com",
    "https://FAPI.binance.com./",
    "https://testnet.binance.vision",
    "https://demo-fapi.binance.com",
    "https://testnet.binancefuture.com",
  ])("an address of Binance's own is no relay, neither for real money nor for play money: %s", async (url) => {
    const words = "is for a relay, and this is Binance itself: leave it out";
    expect(await opened({ MAIN_BINANCE_USDM_URL: url }, "live")).toContain(words);
    const test_ = { TEST_BINANCE_USDM_TESTNET: "true", TEST_BINANCE_USDM_URL: url };
    expect(await opened(test_, "live", "test")).toContain(words);
  });

  test.each(["https://relay.example/binance/", "https://api.binance.com.relay.example", "http://127.0.0.1:8080"])(
    "a relay may be anywhere else: %s",
    async (url) => {
      expect(await opened({ MAIN_BINANCE_USDM_URL: url }, "live")).toMatchObject({
        settings: { url: url.replace(/\/$/, "") },
      });
    },
  );

  test("Binance is reached where the account says: its own address, its testnet, a relay", async () => {
    const asked = async (settings: Record<string, string>, venue: "binance" | "binance-usdm"): Promise<string> => {
      const urls: string[] = [];
      const account = settings["TESTNET"] === "true" ? "test" : "main";
      const prefix = `${account.toUpperCase()}_${venue === "binance" ? "BINANCE" : "BINANCE_USDM"}`;
      const variables: Record<string, string> = { [`${prefix}_API_KEY`]: "k", [`${prefix}_API_SECRET`]: "s" };
      for (const [name, value] of Object.entries(settings)) variables[`${prefix}_${name}`] = value;
      const { clock, shell } = createWorld();
      const world = {
        clock,
        fetch: async (url: RequestInfo | URL) => {
          urls.push(String(url));
          throw new Error("no network");
        },
        variable: (name: string) => variables[name],
        tradingMode: "live" as const,
        paper: () => shell,
        binance: createBinanceMemories(),
      };
      const opened_ = openVenue({ account, venue }, world);
      await opened_.rules(venue === "binance" ? "BTCUSDT" : "BTCUSDT.P").catch(() => undefined);
      return new URL(urls[0] ?? "").origin;
    };
    expect(await asked({}, "binance")).toBe("https://api.binance.com");
    expect(await asked({ TESTNET: "true" }, "binance")).toBe("https://testnet.binance.vision");
    expect(await asked({}, "binance-usdm")).toBe("https://fapi.binance.com");
    expect(await asked({ TESTNET: "true" }, "binance-usdm")).toBe("https://demo-fapi.binance.com");
    expect(await asked({ URL: "https://relay.example" }, "binance")).toBe("https://relay.example");
  });
});
