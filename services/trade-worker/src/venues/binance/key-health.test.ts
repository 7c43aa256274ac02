import { afterAll, beforeAll, expect, test } from "vitest";
import { accountPrefix } from "#contracts/account-variable";
import { FakeBinance } from "../../../../../tooling/fakes/binance/fake.ts";
import { createTestClock } from "../../fakes/test-clock.ts";
import { readKeyHealth } from "../../handlers/read-key-health.ts";
import type { KeyHealth } from "#contracts/key-health";
import { openVenue } from "../index.ts";
import type { VenueAccount } from "../live.ts";
import { createBinanceMemories } from "./memories.ts";

let fake: FakeBinance;
const clock = createTestClock();
beforeAll(async () => {
  fake = await FakeBinance.start({ now: () => clock.now() });
});
afterAll(() => fake.stop());

type Market = "binance" | "binance-usdm";
const LIVE = { account: "main", relayed: false, refuses: "", locked: false };

/** What is said of a key of the fake, with `more` of its variables; `refuses`: paths that are not there; `locked`: the account. */
async function healthOf(
  venue: Market | "paper",
  more: Record<string, string> = {},
  { account, relayed, refuses, locked }: Partial<typeof LIVE> = {},
): Promise<KeyHealth> {
  const of = { account: account ?? LIVE.account, venue };
  const prefix = accountPrefix(of);
  const given: Record<string, string> = {
    API_KEY: fake.keys.apiKey,
    API_SECRET: fake.keys.apiSecret,
    ...(relayed ? { URL: "https://relay.example" } : {}),
    ...(account === "test" ? { TESTNET: "true" } : {}),
    ...more,
  };
  const variable = (name: string) => given[name.slice(prefix.length + 1)] || undefined;
  const world = {
    clock,
    // The fake stands for every address.
    fetch: (async (input, init) => {
      const { pathname } = new URL(new Request(input, init).url);
      if (refuses && pathname.startsWith(refuses)) return new Response("Not Found", { status: 404 });
      if (locked && /account/.test(pathname)) return Response.json({ canTrade: false });
      return fake.directFetch(input, init);
    }) satisfies typeof fetch,
    variable,
    tradingMode: "live" as const,
    paper: () => {
      throw new Error("nobody asks it");
    },
    binance: createBinanceMemories(),
  };
  const keyHealth = (asked: VenueAccount) => openVenue(asked, world).keyHealth;
  return (await readKeyHealth(of, { keyHealth, keyAccounts: () => [], variable, clock })).health;
}

test("a key's permissions are those of its market", async () => {
  fake.spot.keyMay = { ...fake.spot.keyMay, enableFutures: false, enableWithdrawals: true };
  expect(await healthOf("binance")).toEqual({
    mayTrade: true,
    mayWithdraw: true,
    isBound: false,
    expiresAt: undefined,
  });
  expect(await healthOf("binance-usdm")).toMatchObject({ mayTrade: false });
});

test("when it stops to trade is said in full", async () => {
  const at = new Date("2026-12-24T00:00:00.000Z");
  fake.spot.keyMay = { ...fake.spot.keyMay, tradingAuthorityExpirationTime: at.getTime() };
  expect(await healthOf("binance")).toMatchObject({ expiresAt: at.toISOString() });
});

test("what Binance does not answer is a problem in words, not a key without permissions", async () => {
  fake.fail({ fault: "a 451", route: "GET /sapi/v1/account/apiRestrictions" });
  expect(await healthOf("binance")).toEqual({ problem: expect.stringMatching(/restricted location/) });
});

const MARKETS: Market[] = ["binance", "binance-usdm"];
const PLACES = [{}, { account: "test" }, { relayed: true, refuses: "/sapi" }];
const everywhere = MARKETS.flatMap((venue) => PLACES.map((place) => [venue, place] as const));

test.each(everywhere)("a wrong key or secret is found at %s of %o", async (venue, place) => {
  const wrong = { because: "wrong" };
  expect(await healthOf(venue, { API_KEY: "another" }, place)).toMatchObject(wrong);
  expect(await healthOf(venue, { API_SECRET: "another" }, place)).toMatchObject(wrong);
});

test.each([
  ["a testnet", { account: "test" }, /is told by no testnet/],
  ["a relay without /sapi", { relayed: true, refuses: "/sapi" }, /relay does not pass/],
])("where %s does not say what keys may do, it is said that the key is taken", async (_, place, why) => {
  for (const venue of MARKETS) {
    const health = await healthOf(venue, {}, place);
    expect(health).toEqual({ problem: expect.stringMatching(why), because: "hidden" });
    expect(health).toEqual({ problem: expect.stringMatching(/^key and secret are taken/), because: "hidden" });
  }
});

test("an account that may not trade is found where nobody tells of its key", async () => {
  for (const venue of MARKETS) {
    const health = await healthOf(venue, {}, { account: "test", locked: true });
    expect(health).toEqual({ problem: "the account may not trade, says Binance", because: "wrong" });
  }
});

test("a relay that passes everything on says what there is to say", async () => {
  expect(await healthOf("binance", {}, { relayed: true })).toMatchObject({ mayTrade: true });
});

test("a testnet that does not answer says nothing of its keys", async () => {
  const dead = { account: "test", refuses: "/" };
  for (const venue of MARKETS) expect(await healthOf(venue, {}, dead)).toEqual({ problem: expect.any(String) });
});

test("an account without keys is unused, and one with half of them wrong", async () => {
  expect(await healthOf("binance", { API_KEY: "", API_SECRET: "" })).toMatchObject({ because: "unused" });
  expect(await healthOf("binance", { API_SECRET: "" })).toEqual({
    problem: expect.stringContaining("MAIN_BINANCE_API_SECRET is not set"),
    because: "wrong",
  });
});
