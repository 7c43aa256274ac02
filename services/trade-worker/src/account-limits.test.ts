import { describe, expect, test } from "vitest";
import { createAccountLimitsReader } from "./account-limits.ts";
import { createTestClock } from "./fakes/test-clock.ts";

function readerOf(read: (key: string) => Promise<string | null>) {
  const clock = createTestClock();
  const reader = createAccountLimitsReader({ read, clock });
  return () => clock.settle(reader("main:paper"));
}

const stored = (text: string) => readerOf(async (key) => (key === "limits:main:paper" ? text : null));

describe("what an account allows", () => {
  test("is read as it stands in KV", async () => {
    expect(await stored('{"maxDailyLoss":"250","currency":"USDC"}')()).toEqual({
      maxDailyLoss: "250",
      currency: "USDC",
    });
  });

  test("is everything when nobody has set anything", async () => {
    expect(await readerOf(async () => null)()).toEqual({});
  });

  test.each([
    ["{", "it is not JSON"],
    ["null", "expected object"],
    ['{"maxNotionl":"500"}', "maxNotionl"],
    ['{"maxDailyLoss":-3}', "maxDailyLoss"],
    ['{"currency":"DOGE"}', "currency"],
  ])("is a problem with words that mend it when it is damaged: %s", async (text, words) => {
    const said = await stored(text)();

    expect(said).toEqual({
      problem: expect.stringMatching(
        /^limits:main:paper in KV is damaged \(.+\), which halts entries and no exit; write it anew: npx hoox config set limits:main:paper '/,
      ),
    });
    expect(JSON.stringify(said)).toContain(words);
  });

  test.each<[string, () => Promise<null>, string]>([
    ["fails", async () => Promise.reject(new Error("KV is down")), "KV is down"],
    ["hangs", () => new Promise(() => undefined), "KV did not answer within 2000 ms"],
  ])("is not known while KV %s", async (_, read, words) => {
    await expect(readerOf(read)()).rejects.toThrow(
      `the limits of main:paper cannot be read, so no entry is sent: ${words}`,
    );
  });
});
