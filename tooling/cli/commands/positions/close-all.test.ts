import { describe, expect, it } from "vitest";
import { REQUEST_ID, refusal, startFakeMesh } from "../../testing/fake-mesh.ts";
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

const waiting = {
  requestId: REQUEST_ID,
  lane: "alt:paper:ETHUSDT.P",
  seq: 1,
  action: "close",
  state: "deferred",
  reason: "Binance answered HTTP 451",
  attempts: 3,
  acceptedAt: "2026-11-23T12:00:00.000Z",
  validUntil: "2026-11-23T12:15:00.000Z",
  legs: [],
};

/** A mesh whose positions are flat once their close was accepted, unless it is refused or nobody executes it. */
function meshOf(
  options: {
    refuses?: string;
    keeps?: string;
    halts?: string;
    problems?: string[];
    entries?: object[];
    failsOnce?: string;
    silentOnce?: boolean;
  } = {},
) {
  const closes: Record<string, string>[] = [];
  let fails = options.failsOnce;
  const closed = new Set<string>();
  const { refuses, keeps, halts, problems, entries } = options;
  let isSilent = options.silentOnce;
  const mesh = startFakeMesh({
    positions: () => ({
      body: {
        positions: [long, short, flat].map((each) => (closed.has(each.symbol) ? { ...each, quantity: "0" } : each)),
        ledgers: ["alt:paper", "main:binance", "main:paper"],
        ...(entries ? { entries } : {}),
        ...(problems ? { problems } : {}),
      },
    }),
    closePosition: ({ body }) => {
      // The fake mesh has held it to the contract.
      const close = body as Record<string, string>;
      closes.push(close);
      const { symbol = "" } = close;
      if (symbol === refuses) return refusal(409, `no ${symbol} here`);
      if (symbol === fails) {
        fails = undefined;
        return refusal(503, "the ledger was reset");
      }
      if (symbol !== keeps && symbol !== halts) closed.add(symbol);
      return { body: { requestId: REQUEST_ID, status: "accepted" } };
    },
    lanes: () => {
      const reply = isSilent
        ? refusal(503, "ops-worker is away")
        : { body: { lanes: keeps ? [{ lane: keeps, signals: [waiting] }] : [] } };
      isSilent = false;
      return reply;
    },
    trace: {
      requestId: REQUEST_ID,
      ledger: {
        name: "alt:paper",
        signal: halts
          ? { ...waiting, state: "ended", outcome: "halted", reason: "the kill switch stops all trading" }
          : waiting,
      },
      orders: [],
      fills: [],
      notifications: [],
      deadLetters: [],
      logs: [],
    },
  });
  return { mesh, closes };
}

describe("hoox positions close-all", () => {
  it("asks for a close of each open position, in its ledger, and waits until they are flat", async () => {
    const { mesh: starting, closes } = meshOf();
    await using mesh = await starting;
    const { exitCode, stdout, stderr } = await runCli(["positions", "close-all", "--yes"], { mesh });

    expect(exitCode).toBe(0);
    expect(closes).toMatchObject([
      { ledger: "main:binance", symbol: "BTCUSDT", reason: "hoox positions close-all" },
      { ledger: "alt:paper", symbol: "ETHUSDT.P" },
    ]);
    expect(new Set(closes.map(({ key }) => key)).size).toBe(2);
    expect(stderr).toContain("main:binance BTCUSDT: long 0.5");
    expect(stderr).toContain("alt:paper ETHUSDT.P: short 2");
    expect(stdout).toMatch(/closed +main:binance BTCUSDT\n.*closed +alt:paper ETHUSDT\.P/s);
  });

  it("sends nothing without a yes", async () => {
    const { mesh: starting, closes } = meshOf();
    await using mesh = await starting;
    const { exitCode, stderr } = await runCli(["positions", "close-all"], { mesh });

    expect(exitCode).toBe(2);
    expect(stderr).toContain("add --yes");
    expect(closes).toEqual([]);
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
          why: "not flat after a minute: Binance answered HTTP 451",
          requestId: REQUEST_ID,
        },
      ],
      entries: [],
    });
  });

  it("waits no longer once every close has ended, and says what kept one from it", async () => {
    const { mesh: starting } = meshOf({ halts: "ETHUSDT.P" });
    await using mesh = await starting;
    const { exitCode, stdout } = await runCli(["positions", "close-all", "--yes"], { mesh });

    expect(exitCode).toBe(1);
    expect(stdout).toMatch(/open +alt:paper ETHUSDT\.P: halted: the kill switch stops all trading; npx hoox trace /);
    expect(mesh.asked.filter(({ line }) => line === "GET /ops/lanes")).toHaveLength(1);
  });

  it("goes on waiting when the mesh does not answer once", async () => {
    const { mesh: starting } = meshOf({ silentOnce: true });
    await using mesh = await starting;
    const { exitCode, stdout } = await runCli(["positions", "close-all", "--yes"], { mesh });

    expect(exitCode).toBe(0);
    expect(stdout).toMatch(/closed +alt:paper ETHUSDT\.P/);
  });

  it("keeps to one ledger when told to", async () => {
    const { mesh: starting, closes } = meshOf();
    await using mesh = await starting;
    await runCli(["positions", "close-all", "--ledger", "alt:paper", "--yes"], { mesh });

    expect(closes.map(({ symbol }) => symbol)).toEqual(["ETHUSDT.P"]);
  });

  it("closes nothing while a ledger cannot be asked", async () => {
    const { mesh: starting, closes } = meshOf({ problems: ["ledger alt:binance: reset"] });
    await using mesh = await starting;
    const { exitCode, stderr } = await runCli(["positions", "close-all", "--yes"], { mesh });

    expect(exitCode).toBe(3);
    expect(stderr).toContain("ledger alt:binance: reset");
    expect(closes).toEqual([]);
  });

  it("closes those of a ledger that answers though another does not, when told to", async () => {
    const { mesh: starting, closes } = meshOf({ problems: ["ledger alt:binance: reset"] });
    await using mesh = await starting;
    await runCli(["positions", "close-all", "--ledger", "alt:paper", "--yes"], { mesh });

    expect(closes.map(({ symbol }) => symbol)).toEqual(["ETHUSDT.P"]);
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
      lanes: { lanes: [] },
      closePosition: ({ body }) => {
        sent.push((body as { symbol: string }).symbol);
        return { body: { requestId: REQUEST_ID, status: "accepted" } };
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
    const { mesh: starting, closes } = meshOf({ problems: ["exchange of main:binance: Binance did not answer"] });
    await using mesh = await starting;
    const { stderr } = await runCli(["positions", "close-all", "--yes"], { mesh });

    expect(stderr).toContain("not asked: exchange of main:binance: Binance did not answer");
    expect(closes).toHaveLength(2);
  });

  it("asks once more with the same key when the other side fails", async () => {
    const { mesh: starting, closes } = meshOf({ failsOnce: "BTCUSDT" });
    await using mesh = await starting;
    const { exitCode } = await runCli(["positions", "close-all", "--ledger", "main:binance", "--yes"], { mesh });

    expect(exitCode).toBe(0);
    expect(closes).toHaveLength(2);
    expect(closes[0]?.["key"]).toBe(closes[1]?.["key"]);
  });

  it("takes a ledger that there is not for a mistake, and says which there are", async () => {
    const { mesh: starting, closes } = meshOf();
    await using mesh = await starting;
    const { exitCode, stdout, stderr } = await runCli(["positions", "close-all", "--ledger", "man:binance", "--yes"], {
      mesh,
    });

    expect([exitCode, stdout]).toEqual([2, ""]);
    expect(stderr).toContain("there is no ledger man:binance");
    expect(stderr).toContain("there are: alt:paper, main:binance, main:paper");
    expect(closes).toEqual([]);
  });

  it("says of a flat ledger what is open elsewhere", async () => {
    const { mesh: starting } = meshOf();
    await using mesh = await starting;
    const { exitCode, stdout, stderr } = await runCli(["positions", "close-all", "--ledger", "main:paper", "--yes"], {
      mesh,
    });

    expect([exitCode, stdout.trim()]).toEqual([0, "nothing is open in main:paper"]);
    expect(stderr).toContain("open elsewhere: main:binance BTCUSDT: long 0.5");
    expect(stderr).toContain("open elsewhere: alt:paper ETHUSDT.P: short 2");
  });

  const order = {
    clientOrderId: "a-e",
    symbol: "XRPUSDT",
    side: "buy",
    type: "limit",
    quantity: "10",
    reduceOnly: false,
  };
  const resting = {
    ledger: "main:binance",
    symbol: "XRPUSDT",
    requestId: REQUEST_ID,
    state: "resting",
    order: { ...order, price: "2" },
  };

  it("names entries that may open again, but not those that a close takes off by itself, and how to cancel them", async () => {
    const doubtful = { ledger: "alt:paper", symbol: "SOLUSDT.P", requestId: REQUEST_ID, state: "in_doubt" };
    const entries = [resting, doubtful, { ...resting, symbol: "BTCUSDT" }];
    const { mesh: starting } = meshOf({ entries });
    await using mesh = await starting;
    const { exitCode, stdout, stderr } = await runCli(["positions", "close-all", "--yes", "--json"], { mesh });

    expect(exitCode).toBe(0);
    expect(stderr).toContain("may open again: main:binance XRPUSDT: a buy of 10 at 2 rests there");
    expect(stderr).toContain("may open again: alt:paper SOLUSDT.P: an entry may be there, nobody knows yet");
    expect(stderr).not.toContain("may open again: main:binance BTCUSDT");
    expect(stderr).toContain("npx hoox kill-switch on --cancel-entries");
    expect(JSON.parse(stdout)).toMatchObject({ entries: [{ symbol: "XRPUSDT" }, { symbol: "SOLUSDT.P" }] });
  });

  it("names them also where nothing is open", async () => {
    const { mesh: starting } = meshOf({ entries: [{ ...resting, ledger: "main:paper" }] });
    await using mesh = await starting;
    const { stderr } = await runCli(["positions", "close-all", "--ledger", "main:paper", "--yes"], { mesh });

    expect(stderr).toContain("may open again: main:paper XRPUSDT: a buy of 10 at 2 rests there");
  });

  it("says that nothing is open", async () => {
    await using mesh = await startFakeMesh({ positions: { positions: [flat] } });
    const { exitCode, stdout } = await runCli(["positions", "close-all", "--yes"], { mesh });

    expect([exitCode, stdout.trim()]).toEqual([0, "nothing is open"]);
  });
});
