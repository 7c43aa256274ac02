import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { limitsEntry } from "#contracts/account-limits";
import { Mesh, until } from "./mesh.ts";

interface Kv {
  put(key: string, value: string): Promise<void>;
  delete(key: string): Promise<void>;
}

const LIMITS = limitsEntry("main:paper");

describe("the limits of an account", { timeout: 60_000 }, () => {
  let mesh: Mesh;
  let kv: Kv;
  beforeAll(async () => {
    mesh = await Mesh.start();
    kv = (await mesh.env<{ CONFIG: Kv }>("trade-worker")).CONFIG;
  });
  afterAll(() => mesh.stop());
  beforeEach(() => kv.delete(LIMITS));

  it("hold for the entry that is sent after they were written, and for no exit", async () => {
    expect(await endOf({ symbol: "BTCUSDT", action: "buy", quantity: "1", price: "100" })).toMatchObject({
      outcome: "filled",
    });
    await kv.put(LIMITS, '{"maxPositionNotional":"150"}');

    expect(await endOf({ symbol: "BTCUSDT", action: "buy", quantity: "1", price: "101" })).toMatchObject({
      outcome: "halted",
      reason: "The position in BTCUSDT would become 2, beyond the account's limit of 150 USDT for the position.",
    });
    expect(await endOf({ symbol: "BTCUSDT", action: "close", price: "102" })).toMatchObject({ outcome: "filled" });
  });

  it("in dollars let nothing in that trades in another currency", async () => {
    await kv.put(LIMITS, '{"maxNotional":"500"}');

    expect(await endOf({ symbol: "ETHBTC", action: "buy", quantity: "1", price: "0.05" })).toMatchObject({
      outcome: "halted",
      reason: expect.stringContaining("ETHBTC is traded in BTC, and the account's limits are in dollars"),
    });
  });

  it("halt entries with the command that mends them while they are damaged", async () => {
    await kv.put(LIMITS, "{");

    expect(await endOf({ symbol: "SOLUSDT", action: "buy", quantity: "1", price: "20" })).toMatchObject({
      outcome: "halted",
      reason: expect.stringContaining("npx hoox config set limits:main:paper"),
    });
  });

  async function endOf(alert: Record<string, unknown>): Promise<Record<string, unknown>> {
    const requestId = await mesh.accepted(alert);
    return until(
      `${requestId} has ended`,
      async () => (await mesh.rows(`SELECT * FROM signals WHERE request_id = '${requestId}'`))[0],
    );
  }
});
