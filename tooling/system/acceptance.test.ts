import { afterEach, describe, expect, it } from "vitest";
import { bindingOf } from "#queues/registry";
import { queueConfigOf } from "../sync/queue-config.ts";
import { fixtureWorker, Mesh, until } from "./mesh.ts";
import { variantOf } from "./variant.ts";
import { bookOf } from "./venue.ts";

const alert = { symbol: "BTCUSDT", action: "buy", quantity: "1", price: "65000" };

describe("acceptance", () => {
  let mesh: Mesh | undefined;
  afterEach(async () => {
    await mesh?.stop();
    mesh = undefined;
  });

  it("does not depend on publishing: without its queue the alert is still accepted and executes afterwards", async () => {
    const { producers, consumers } = queueConfigOf("hoox");
    const queues = { consumers, producers: producers.filter((each) => each.binding !== bindingOf("trade-signals")) };
    const running = await Mesh.start({ replace: { hoox: await variantOf("hoox", { queues }) } });
    mesh = running;

    expect(await running.alert(alert)).toMatchObject({ status: 202 });
    await until("the ledger has hinted and the order is booked", async () => (await bookOf(running)).length === 1);
  });

  it.each(["throws", "hangs"])(
    "with a ledger that %s answers 503 within 2.5 s, so that TradingView sends again",
    async (how) => {
      const broken = await variantOf("ledger-worker", { main: fixtureWorker("broken-ledger.ts"), vars: { HOW: how } });
      mesh = await Mesh.start({ replace: { "ledger-worker": broken } });
      await mesh.alert(alert);
      const answer = await mesh.alert(alert);

      expect(answer.status).toBe(503);
      expect(answer.headers.get("Retry-After")).toMatch(/^\d+$/);
      expect(answer.ms).toBeLessThan(2_500);
    },
  );
});
