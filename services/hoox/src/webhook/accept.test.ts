import { describe, expect, it } from "vitest";
import { FakeClock, FakeLedger } from "../fakes.ts";
import { acceptAlert, type AcceptRequest } from "./accept.ts";
import type { WorkerHealth } from "./ports.ts";

const REQUEST: AcceptRequest = {
  v: 1,
  ledger: "main:paper",
  signal: {
    requestId: "9b1deb4d-3b7d-4bad-9bdd-2b0d7b3dcb6d",
    strategy: "default",
    account: "main",
    venue: "paper",
    symbol: "BTCUSDT",
    action: "buy",
    quantity: "1",
    orderType: "market",
  },
  alertKey: { value: "k", source: "explicit" },
};

function start(answers: FakeLedger["answers"], healthOf: () => Promise<WorkerHealth> = async () => ({ status: "ok" })) {
  const clock = new FakeClock();
  const ledger = new FakeLedger();
  ledger.answers = answers;
  const started = clock.now().getTime();
  const reply = acceptAlert(REQUEST, { clock, ledger: (name) => ledger.stub(name), healthOf });
  reply.catch(() => undefined);
  return { clock, ledger, reply, elapsed: () => clock.now().getTime() - started };
}

describe("accepting by the ledger", () => {
  it("takes the first answer", async () => {
    const { reply, ledger } = start([]);

    expect(await reply).toMatchObject({ status: "accepted", seq: 1 });
    expect(ledger.stubs).toEqual(["main:paper"]);
  });

  it("tries once more, on a fresh stub and under the same requestId, after an error", async () => {
    const { reply, ledger } = start([new Error("Durable Object reset because its code was updated")]);

    expect(await reply).toMatchObject({ status: "accepted" });
    expect(ledger.stubs).toEqual(["main:paper", "main:paper"]);
    expect(ledger.asked.map((each) => each.signal.requestId)).toEqual([
      REQUEST.signal.requestId,
      REQUEST.signal.requestId,
    ]);
  });

  it("tries once more when the first try hangs", async () => {
    const { reply, clock, elapsed } = start(["hang"]);

    await clock.advanceToNextTimer();

    expect(await reply).toMatchObject({ status: "accepted" });
    expect(elapsed()).toBeLessThan(2_000);
  });

  it("tries once more when the answer makes no sense", async () => {
    const { reply } = start([{ garbage: { status: "perhaps" } }]);

    expect(await reply).toMatchObject({ status: "accepted" });
  });

  it("answers 503 with Retry-After when both tries fail", async () => {
    const { reply, ledger } = start([new Error("overloaded"), new Error("overloaded")]);

    await expect(reply).rejects.toMatchObject({
      status: 503,
      code: "ledger_unavailable",
      headers: { "retry-after": "5" },
    });
    expect(ledger.asked).toHaveLength(2);
  });

  it("answers 503 within 2 s when both tries hang", async () => {
    const { reply, clock, elapsed } = start(["hang", "hang"]);

    await clock.advanceToNextTimer();
    await clock.advanceToNextTimer();

    await expect(reply).rejects.toMatchObject({ status: 503 });
    expect(elapsed()).toBe(2_000);
  });

  it("answers 503 within 2.5 s when even the health check hangs", async () => {
    const { reply, clock, elapsed } = start(["hang", "hang"], () => new Promise(() => undefined));

    await clock.advanceToNextTimer();
    await clock.advanceToNextTimer();
    await clock.advanceToNextTimer();

    await expect(reply).rejects.toMatchObject({ status: 503 });
    expect(elapsed()).toBeLessThan(2_500);
  });

  it("answers 502 that names ledger-worker when it is not deployed", async () => {
    const { reply } = start(
      [new Error("Network connection lost."), new Error("Network connection lost.")],
      async () => ({ status: "not_deployed" }),
    );

    await expect(reply).rejects.toMatchObject({
      status: 502,
      code: "worker_not_deployed",
      message: "ledger-worker is not deployed",
      hint: "locally: start the mesh without --without ledger-worker; on Cloudflare: npx hoox deploy all",
    });
  });

  it.each([
    ["is failing", async (): Promise<WorkerHealth> => ({ status: "failing" })],
    ["throws", () => Promise.reject(new Error("no"))],
  ])("answers 503 when the health check %s", async (_, healthOf) => {
    const { reply } = start([new Error("a"), new Error("b")], healthOf);

    await expect(reply).rejects.toMatchObject({ status: 503 });
  });

  it("does not ask for health while all is well", async () => {
    let asked = 0;
    const { reply } = start([], async () => {
      asked += 1;
      return { status: "ok" };
    });
    await reply;

    expect(asked).toBe(0);
  });
});
