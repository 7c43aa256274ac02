import { describe, expect, it } from "vitest";
import * as z from "zod";
import { health } from "#contracts/health";
import { killSwitches, parseConfig } from "./env.ts";
import { answer } from "./health.ts";

describe("the configuration", () => {
  it("reads durations in seconds", () => {
    expect(parseConfig({ ENTRY_VALIDITY_SECONDS: "90", BODY_KEY_SECONDS: "45" })).toMatchObject({
      entryValidityMs: 90_000,
      bodyKeyMs: 45_000,
    });
  });

  it("names the variable that is wrong", () => {
    expect(() => parseConfig({ MAX_OUTSTANDING_HINTS: "many" })).toThrow(/MAX_OUTSTANDING_HINTS/);
  });

  it.each([
    ["no JSON", "{"],
    ["a misspelt limit", '{"maxLoss":"5"}'],
    ["a limit of the wrong kind", '{"maxPosition":"a lot"}'],
  ])("turns %s in LIMITS into a halt, not a crash", (_, text) => {
    expect(parseConfig({ LIMITS: text }).limits).toEqual({ invalid: expect.any(String) });
  });

  it("names the binding that is missing", () => {
    expect(() => killSwitches({})).toThrow(/KILL_SWITCH/);
  });
});

describe("GET /health", () => {
  const ask = (path: string, env: object = {}) =>
    answer(new Request(`https://internal${path}`), () => parseConfig(env));

  it("answers in the shape that all Workers share", async () => {
    expect(z.parse(health, await ask("/health").json())).toMatchObject({ worker: "ledger-worker", status: "ok" });
  });

  it("says that entries are halted when LIMITS cannot be read", async () => {
    expect(await ask("/health", { LIMITS: "{" }).json()).toMatchObject({
      status: "failing",
      dependencies: [{ name: "LIMITS" }],
    });
  });

  it("says which variable is wrong", async () => {
    expect(await ask("/health", { BODY_KEY_SECONDS: "x" }).json()).toMatchObject({
      status: "failing",
      dependencies: [{ detail: expect.stringContaining("BODY_KEY_SECONDS") }],
    });
  });

  it("is the only thing that is answered", () => {
    expect(ask("/signals").status).toBe(404);
  });
});
