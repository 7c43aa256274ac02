import { describe, expect, it } from "vitest";
import { startFakeMesh } from "../../testing/fake-mesh.ts";
import { runCli } from "../../testing/run-cli.ts";

const long = {
  ledger: "main:binance",
  account: "main",
  venue: "binance",
  symbol: "BTCUSDT",
  quantity: "0.5",
  realisedProfit: "0",
  fees: "0",
};
const short = { ...long, ledger: "alt:paper", account: "alt", venue: "paper", symbol: "ETHUSDT.P", quantity: "-2" };
const flat = { ...long, symbol: "SOLUSDT", quantity: "0" };

/** A mesh whose positions are flat once their close was accepted, unless it is refused or nobody executes it. */
function meshOf(options: { refuses?: string; keeps?: string; problems?: string[] } = {}) {
  const alerts: Record<string, string>[] = [];
  const closed = new Set<string>();
  const { refuses, keeps, problems } = options;
  const mesh = startFakeMesh({
    positions: () => ({
      body: {
        positions: [long, short, flat].map((each) => (closed.has(each.symbol) ? { ...each, quantity: "0" } : each)),
        ...(problems ? { problems } : {}),
      },
    }),
    webhook: ({ body }) => {
      const alert = JSON.parse(body) as Record<string, string>;
      alerts.push(alert);
      const { symbol = "" } = alert;
      if (symbol === refuses) return { status: 400, body: { error: { code: "no", message: `no ${symbol} here` } } };
      if (symbol !== keeps) closed.add(symbol);
      return { status: 202, body: { requestId: `request of ${symbol}`, status: "accepted" } };
    },
  });
  return { mesh, alerts };
}

describe("hoox positions close-all", () => {
  it("sends a close for each open position, to its account and exchange, and waits until they are flat", async () => {
    const { mesh: starting, alerts } = meshOf();
    await using mesh = await starting;
    const { exitCode, stdout, stderr } = await runCli(["positions", "close-all", "--yes"], { mesh });

    expect(exitCode).toBe(0);
    expect(alerts).toMatchObject([
      { account: "main", exchange: "binance", symbol: "BTCUSDT", action: "close" },
      { account: "alt", exchange: "paper", symbol: "ETHUSDT.P", action: "close" },
    ]);
    expect(new Set(alerts.map(({ idempotencyKey }) => idempotencyKey)).size).toBe(2);
    expect(stderr).toContain("main:binance BTCUSDT: long 0.5");
    expect(stderr).toContain("alt:paper ETHUSDT.P: short 2");
    expect(stdout).toMatch(/closed +main:binance BTCUSDT\n.*closed +alt:paper ETHUSDT\.P/s);
  });

  it("sends nothing without a yes", async () => {
    const { mesh: starting, alerts } = meshOf();
    await using mesh = await starting;
    const { exitCode, stderr } = await runCli(["positions", "close-all"], { mesh });

    expect(exitCode).toBe(2);
    expect(stderr).toContain("add --yes");
    expect(alerts).toEqual([]);
  });

  it("goes on when one is refused, says why, and exits 1", async () => {
    const { mesh: starting } = meshOf({ refuses: "BTCUSDT" });
    await using mesh = await starting;
    const { exitCode, stdout } = await runCli(["positions", "close-all", "--yes"], { mesh });

    expect(exitCode).toBe(1);
    expect(stdout).toMatch(/closed +alt:paper ETHUSDT\.P/);
    expect(stdout).toMatch(/open +main:binance BTCUSDT: no BTCUSDT here/);
  });

  it("says which is not flat after a minute, and how to look further", async () => {
    const { mesh: starting } = meshOf({ keeps: "ETHUSDT.P" });
    await using mesh = await starting;
    const { exitCode, stdout } = await runCli(["positions", "close-all", "--yes", "--json"], { mesh });

    expect(exitCode).toBe(1);
    expect(JSON.parse(stdout)).toEqual({
      closed: [{ ledger: "main:binance", symbol: "BTCUSDT" }],
      open: [
        {
          ledger: "alt:paper",
          symbol: "ETHUSDT.P",
          why: "not flat after a minute",
          requestId: "request of ETHUSDT.P",
        },
      ],
    });
  });

  it("keeps to one ledger when told to", async () => {
    const { mesh: starting, alerts } = meshOf();
    await using mesh = await starting;
    await runCli(["positions", "close-all", "--ledger", "alt:paper", "--yes"], { mesh });

    expect(alerts.map(({ symbol }) => symbol)).toEqual(["ETHUSDT.P"]);
  });

  it("closes nothing while a ledger cannot be asked", async () => {
    const { mesh: starting, alerts } = meshOf({ problems: ["ledger alt:binance: reset"] });
    await using mesh = await starting;
    const { exitCode, stderr } = await runCli(["positions", "close-all", "--yes"], { mesh });

    expect(exitCode).toBe(3);
    expect(stderr).toContain("ledger alt:binance: reset");
    expect(alerts).toEqual([]);
  });

  it("closes those of a ledger that answers though another does not, when told to", async () => {
    const { mesh: starting, alerts } = meshOf({ problems: ["ledger alt:binance: reset"] });
    await using mesh = await starting;
    await runCli(["positions", "close-all", "--ledger", "alt:paper", "--yes"], { mesh });

    expect(alerts.map(({ symbol }) => symbol)).toEqual(["ETHUSDT.P"]);
  });

  const strange = {
    ...flat,
    symbol: "SOLUSDT.P",
    atVenue: { quantity: "7" },
    differs: true,
    onlyThere: true,
  };

  it("leaves what only an exchange knows of, and says so", async () => {
    const positions = [{ ...long, atVenue: { quantity: "0.5" }, differs: false }, strange];
    const sent: string[] = [];
    await using mesh = await startFakeMesh({
      positions: () => ({ body: { positions: sent.length > 0 ? [{ ...long, quantity: "0" }, strange] : positions } }),
      webhook: ({ body }) => {
        sent.push((JSON.parse(body) as { symbol: string }).symbol);
        return { status: 202, body: { requestId: "r", status: "accepted" } };
      },
    });
    const { exitCode, stderr } = await runCli(["positions", "close-all", "--yes"], { mesh });

    expect(exitCode).toBe(0);
    expect(sent).toEqual(["BTCUSDT"]);
    expect(stderr).toContain("plan: close 1 position at");
    expect(stderr).toContain("not closed: main:binance SOLUSDT.P: long 7 there");
  });

  it("says so also where no ledger has anything open", async () => {
    await using mesh = await startFakeMesh({ positions: { positions: [flat, strange] } });
    const { exitCode, stdout, stderr } = await runCli(["positions", "close-all", "--yes"], { mesh });

    expect([exitCode, stdout.trim()]).toEqual([0, "nothing is open that a ledger knows of"]);
    expect(stderr).toContain("not closed: main:binance SOLUSDT.P: long 7 there");
  });

  it("closes though an exchange does not say what it holds", async () => {
    const { mesh: starting, alerts } = meshOf({ problems: ["exchange of main:binance: Binance did not answer"] });
    await using mesh = await starting;
    const { stderr } = await runCli(["positions", "close-all", "--yes"], { mesh });

    expect(stderr).toContain("not asked: exchange of main:binance: Binance did not answer");
    expect(alerts).toHaveLength(2);
  });

  it("says that nothing is open", async () => {
    await using mesh = await startFakeMesh({ positions: { positions: [flat] } });
    const { exitCode, stdout } = await runCli(["positions", "close-all", "--yes"], { mesh });

    expect([exitCode, stdout.trim()]).toEqual([0, "nothing is open"]);
  });
});
