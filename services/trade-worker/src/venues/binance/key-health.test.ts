import { afterAll, beforeAll, expect, test } from "vitest";
import { FakeBinance } from "../../../../../tooling/fakes/binance/fake.ts";
import { createTestClock } from "../../fakes/test-clock.ts";
import { readKeyHealth } from "../../handlers/read-key-health.ts";
import type { KeyHealth } from "#contracts/key-health";
import { openVenue } from "../index.ts";
import { paperVenue } from "../paper/adapter.ts";
import { createBinanceMemories } from "./memories.ts";

let fake: FakeBinance;
const clock = createTestClock();
beforeAll(async () => {
  fake = await FakeBinance.start({ now: () => clock.now() });
});
afterAll(() => fake.stop());

async function healthOf(
  venue: "binance" | "binance-usdm" | "paper",
  more: Record<string, string> = {},
): Promise<KeyHealth> {
  const account = more["TEST_BINANCE_TESTNET"] === "true" ? "test" : "main";
  const prefix = `${account.toUpperCase()}_${venue === "binance" ? "BINANCE" : "BINANCE_USDM"}`;
  const variables: Record<string, string> = {
    [`${prefix}_API_KEY`]: fake.keys.apiKey,
    [`${prefix}_API_SECRET`]: fake.keys.apiSecret,
    [`${prefix}_URL`]: fake.url,
    ...more,
  };
  const world = {
    clock,
    fetch: fake.fetch,
    variable: (name: string) => variables[name] || undefined,
    tradingMode: "live" as const,
    paper: () => {
      throw new Error("nobody asks it");
    },
    binance: createBinanceMemories(),
  };
  const of = { account, venue };
  const opened = venue === "paper" ? paperVenue(world.paper) : openVenue(of, world);
  return (await readKeyHealth(of, { venue: () => opened, clock })).health;
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
  expect(await healthOf("binance", { MAIN_BINANCE_API_KEY: "another" })).toEqual({
    problem: expect.stringMatching(/-2015/),
  });
});

test("where there are no keys, or a testnet says nothing of them, that is said", async () => {
  const silent = { problem: expect.stringContaining("does not say what keys may do") };
  expect(await healthOf("paper")).toEqual(silent);
  expect(await healthOf("binance", { TEST_BINANCE_TESTNET: "true", TEST_BINANCE_URL: "" })).toEqual(silent);
});
