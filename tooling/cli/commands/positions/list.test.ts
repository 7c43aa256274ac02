import { describe, expect, it } from "vitest";
import { startFakeMesh } from "../../testing/fake-mesh.ts";
import { runCli } from "../../testing/run-cli.ts";

const place = { ledger: "main:paper", account: "main", venue: "paper" };
const short = {
  ...place,
  symbol: "ETHUSDT.P",
  quantity: "-2",
  averagePrice: "3000",
  realisedProfit: "12.5",
  fees: "0.4",
  openedAt: "2026-11-23T10:00:00.000Z",
};
const flat = {
  ...place,
  symbol: "BTCUSDT",
  quantity: "0",
  realisedProfit: "-3",
  fees: "1",
  updatedAt: "2026-11-23T11:50:00.000Z",
};

describe("hoox positions", () => {
  it("shows what is open, with side, entry, profit in its currency and age", async () => {
    await using mesh = await startFakeMesh({ positions: { positions: [short, flat] } });
    const { exitCode, stdout } = await runCli(["positions"], { mesh });

    expect(exitCode).toBe(0);
    expect(stdout).toMatch(/main:paper ETHUSDT\.P +short +2 +3000 +12\.5 USDT +0\.4 +2 h\n/);
    expect(stdout).not.toContain("BTCUSDT");
  });

  it("shows closed ones too when told to", async () => {
    await using mesh = await startFakeMesh({ positions: { positions: [short, flat] } });

    expect((await runCli(["positions", "--all"], { mesh })).stdout).toMatch(
      /BTCUSDT +flat +0 +- +-3 USDT +1 +10 min ago/,
    );
  });

  it("gives times as text with --absolute, and scripts the figures", async () => {
    await using mesh = await startFakeMesh({ positions: { positions: [short] } });

    expect((await runCli(["positions", "--absolute"], { mesh })).stdout).toContain("2026-11-23T10:00:00.000Z");
    expect(JSON.parse((await runCli(["positions", "--json"], { mesh })).stdout)).toEqual({ positions: [short] });
  });

  it("shows what the exchange holds, exits 1 where that is something else, and says of what is not known why", async () => {
    const positions = [
      { ...short, atVenue: { quantity: "-2" }, differs: false },
      { ...short, symbol: "SOLUSDT.P", atVenue: { quantity: "-1.5" }, differs: true },
      { ...short, symbol: "BNBUSDT.P", atVenue: { quantity: "-3" }, differs: true },
      { ...short, symbol: "DOTUSDT.P", atVenue: { quantity: "1" }, differs: true },
      { ...flat, symbol: "LTCUSDT", quantity: "2", atVenue: { quantity: "3", asset: "LTC" }, differs: true },
      { ...short, symbol: "ADAUSDT.P", atVenue: { problem: "Binance did not answer: reset" } },
      { ...flat, symbol: "XRPUSDT.P", atVenue: { quantity: "7" }, differs: true },
    ];
    const problems = ["exchange of main:paper: Binance did not answer: reset"];
    await using mesh = await startFakeMesh({ positions: { positions, problems } });
    const { exitCode, stdout, stderr } = await runCli(["positions"], { mesh });

    expect(exitCode).toBe(1);
    expect(stdout).toMatch(/ETHUSDT\.P +short +2 +3000 +-2 +12/);
    expect(stdout).toMatch(/SOLUSDT\.P +short +2 +3000 +-1\.5 +12/);
    expect(stdout).toMatch(/ADAUSDT\.P +short +2 +3000 +not known /);
    expect(stdout).toMatch(/XRPUSDT\.P +flat +0 +- +7 +-3/);
    expect(stderr).toContain("not asked: exchange of main:paper: Binance did not answer: reset");
    expect(stderr).toContain("npx hoox orders list");
    expect(stderr.match(/npx hoox positions reconcile .*/g)).toEqual([
      "npx hoox positions reconcile main:paper SOLUSDT.P",
      "npx hoox positions reconcile main:paper LTCUSDT",
    ]);
  });

  it("shows what only the exchange knows of as a row of its own, and says that nothing here opened it", async () => {
    const nothing = { quantity: "0", realisedProfit: "0", fees: "0" };
    const there = { atVenue: { quantity: "-7", averagePrice: "150" }, differs: true, onlyThere: true };
    const strange = { ...place, symbol: "BTCUSDT_270326.P", ...nothing, ...there };
    await using mesh = await startFakeMesh({ positions: { positions: [strange] } });
    const { exitCode, stdout, stderr } = await runCli(["positions"], { mesh });

    expect(exitCode).toBe(1);
    expect(stdout).toMatch(/main:paper BTCUSDT_270326\.P +flat +0 +- +-7 +0 +0 +-\n/);
    expect(stderr).toContain(
      "main:paper BTCUSDT_270326.P: short 7 there, and as far as the ledger knows nothing here opened it",
    );
    const { positions } = JSON.parse((await runCli(["positions", "--json"], { mesh })).stdout);
    expect(positions).toEqual([strange]);
  });

  it("asks the exchanges unless told not to", async () => {
    await using mesh = await startFakeMesh({ positions: { positions: [short] } });
    await runCli(["positions"], { mesh });
    await runCli(["positions", "--ledger-only"], { mesh });

    expect(mesh.asked.map(({ query }) => query)).toEqual([{ beside: "venue" }, {}]);
  });

  it("says that nothing is open, what to try, and which ledger was not asked", async () => {
    await using mesh = await startFakeMesh({ positions: { positions: [flat], problems: ["ledger alt:paper: reset"] } });
    const ran = await runCli(["positions"], { mesh });

    expect(ran).toMatchObject({ exitCode: 3, stdout: "" });
    expect(ran.stderr).toContain(
      "no open positions where it could be asked; what closed ones earned: npx hoox positions --all",
    );
    expect(ran.stderr).toContain("not asked: ledger alt:paper: reset");
  });
});
