import { mkdtempSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { isAbsolute, join } from "node:path";
import { describe, expect, it } from "vitest";
import { withAccounts, writeTraderConfig } from "./trader-config.ts";

describe("the configuration of trade-worker on this machine", () => {
  it("names the variables of accounts beside its own secrets, and no other Worker's", async () => {
    const names = [
      "OPERATOR_KEY_BINDING",
      "TEST_BINANCE_USDM_API_KEY",
      "TEST_BINANCE_USDM_TESTNET",
      "INTERNAL_KEY_BINDING",
    ];
    const path = await writeTraderConfig(mkdtempSync(join(tmpdir(), "hoox-state-")), names);

    const config: { main: string; secrets: unknown } = JSON.parse(readFileSync(path, "utf8"));
    expect(config.secrets).toEqual({
      required: ["INTERNAL_KEY_BINDING", "TEST_BINANCE_USDM_API_KEY", "TEST_BINANCE_USDM_TESTNET"],
    });
    expect(isAbsolute(config.main)).toBe(true);
  });

  it("names nothing twice that its wrangler.jsonc has as a var", () => {
    const config = { vars: { TEST_BINANCE_TESTNET: "true" }, secrets: { required: ["INTERNAL_KEY_BINDING"] } };

    expect(withAccounts(config, ["TEST_BINANCE_TESTNET", "TEST_BINANCE_API_KEY"])).toEqual({
      vars: { TEST_BINANCE_TESTNET: "true" },
      secrets: { required: ["INTERNAL_KEY_BINDING", "TEST_BINANCE_API_KEY"] },
    });
  });
});
