import { describe, expect, it } from "vitest";
import { startFakeMesh } from "../../testing/fake-mesh.ts";
import { runCli } from "../../testing/run-cli.ts";

const good = { mayTrade: true, mayWithdraw: false, isBound: true };
const run = async (keys: object[], more: object = {}) => {
  await using mesh = await startFakeMesh({ venueKeys: { keys, ...more } });
  return await runCli(["check", "keys"], { mesh });
};

describe("hoox check keys", () => {
  it("shows what each key may do, and exits 0 when that is right", async () => {
    const { exitCode, stdout } = await run([{ ledger: "main:binance", health: good }]);

    expect(exitCode).toBe(0);
    expect(stdout).toMatch(/main:binance +yes +- +no +yes/);
  });

  it("exits 1 and says what is wrong with one", async () => {
    const { exitCode, stdout } = await run([
      { ledger: "main:binance", health: { ...good, mayWithdraw: true } },
      { ledger: "alt:binance", health: { problem: "Binance did not answer" } },
    ]);

    expect(exitCode).toBe(1);
    expect(stdout).toContain("it may withdraw");
    expect(stdout).toContain("not known: Binance did not answer");
  });

  it("exits 3 when an exchange could not be asked, and nothing else is wrong", async () => {
    expect((await run([{ ledger: "main:binance", health: { problem: "reset" } }])).exitCode).toBe(3);
    expect((await run([], { problems: ["list of ledgers: reset"] })).exitCode).toBe(3);
  });

  it("says of a key what can be said where nobody tells what it may do, and that an account has none", async () => {
    const { exitCode, stdout } = await run([
      { ledger: "test:binance", health: { problem: "key and secret are taken", because: "hidden" } },
      { ledger: "main:binance", health: { problem: "it has no keys", because: "unused" } },
    ]);

    expect(exitCode).toBe(0);
    expect(stdout).toContain("key and secret are taken");
    expect(stdout).toContain("it has no keys");
    expect(stdout).not.toContain("not known");
  });

  it("exits 1 for a key that the exchange does not take", async () => {
    const { exitCode, stdout } = await run([
      { ledger: "main:binance", health: { problem: "-2015", because: "wrong" } },
    ]);

    expect([exitCode, stdout.includes("-2015")]).toEqual([1, true]);
  });

  it("says that there is none", async () => {
    const { exitCode, stdout, stderr } = await run([]);

    expect([exitCode, stdout]).toEqual([0, ""]);
    expect(stderr).toContain("no account at an exchange");
  });
});
