import { describe, expect, it } from "vitest";
import { startFakeMesh } from "../testing/fake-mesh.ts";
import { runCli } from "../testing/run-cli.ts";

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

  it("says that nothing is open, what to try, and which ledger was not asked", async () => {
    await using mesh = await startFakeMesh({ positions: { positions: [flat], problems: ["ledger alt:paper: reset"] } });
    const ran = await runCli(["positions"], { mesh });

    expect(ran).toMatchObject({ exitCode: 0, stdout: "" });
    expect(ran.stderr).toContain("no open positions; what closed ones earned: npx hoox positions --all");
    expect(ran.stderr).toContain("not asked: ledger alt:paper: reset");
  });
});
