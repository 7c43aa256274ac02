import { describe, expect, it } from "vitest";
import { limitsEntry } from "#contracts/account-limits";
import { ALERT, errorOf, fakeGateway } from "../fakes.ts";

const KEY = limitsEntry("main:paper");

function gatewayWith(limits: string | undefined) {
  const gateway = fakeGateway({ defaults: { account: "main", venue: "paper" } });
  if (limits !== undefined) gateway.config.values.set(KEY, limits);
  return gateway;
}

describe("the limits of an account", () => {
  it("go with every alert of it to its ledger, exits too: their orders count", async () => {
    const gateway = gatewayWith('{"maxOpenPositions":3,"ordersPerMinute":10}');
    await gateway.post(ALERT);
    await gateway.post({ ...ALERT, action: "close" });

    const limits = { maxOpenPositions: 3, ordersPerMinute: 10 };
    expect(gateway.ledger.asked.map(({ signal }) => signal.accountLimits)).toEqual([limits, limits]);
  });

  it("are none when nobody has set any", async () => {
    const gateway = gatewayWith(undefined);
    await gateway.post(ALERT);

    expect(gateway.ledger.asked[0]?.signal).not.toHaveProperty("accountLimits");
  });

  it.each(["{", '{"maxNotionl":"500"}', '{"maxDailyLoss":-3}'])(
    "halt entries and let exits pass when they are damaged: %s",
    async (text) => {
      const gateway = gatewayWith(text);
      const entry = await gateway.post(ALERT);

      expect(entry.status).toBe(503);
      expect((await errorOf(entry)).error).toMatchObject({
        code: "limits_unreadable",
        message: expect.stringMatching(/^the limits of main:paper are damaged \(.+\); no entry is accepted/),
      });
      expect((await gateway.post({ ...ALERT, action: "close" })).status).toBe(202);
    },
  );

  it("tell the trader that they are damaged", async () => {
    const gateway = gatewayWith("{");
    await gateway.post(ALERT);

    expect((await gateway.published()).map(({ message }) => message)).toMatchObject([
      {
        type: "notification.requested",
        data: { severity: "critical", title: expect.stringMatching(/^Alert not accepted: the limits of main:paper/) },
      },
    ]);
  });
});
