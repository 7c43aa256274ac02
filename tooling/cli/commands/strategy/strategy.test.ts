import { writeFileSync, mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { StrategyView } from "#contracts/strategy-view";
import { refusal, startFakeMesh, WEBHOOK_KEY } from "../../testing/fake-mesh.ts";
import { runCli } from "../../testing/run-cli.ts";
import { ID } from "../../testing/samples.ts";

const KEY = `hoox_scalper_${"a".repeat(32)}`;
const AT = "2026-11-23T11:00:00.000Z";
const NOTE = "it may take a minute";

function view(change: Partial<StrategyView> = {}): StrategyView {
  const settings = { enabled: true, account: "second", venue: "paper" as const, validity: {} };
  const own = { defaults: { stopLoss: { percent: "2" } }, limits: { maxNotional: "500" } };
  return { name: "scalper", ...settings, ...own, keys: [{ createdAt: AT }], createdAt: AT, updatedAt: AT, ...change };
}
const UNSET = { name: "default", enabled: true, keys: [], defaults: {}, limits: {}, validity: {} };

describe("hoox strategy add", () => {
  it("prints the key once, the webhook URL and the alert to paste", async () => {
    await using mesh = await startFakeMesh({ addStrategy: { strategy: view(), key: KEY, note: NOTE } });
    const ran = await runCli(["strategy", "add", "scalper"], { mesh });

    expect(ran.exitCode).toBe(0);
    expect(ran.stdout).toContain(`${KEY}  (shown only now)`);
    expect(ran.stdout).toContain(`${mesh.url}/webhook`);
    const alert: unknown = JSON.parse(ran.stdout.slice(ran.stdout.indexOf("{")));
    expect(alert).toMatchObject({ apiKey: KEY, symbol: "{{ticker}}", quantity: "{{strategy.order.contracts}}" });
    expect(alert).not.toHaveProperty("exchange");
    expect(ran.stderr).toContain(`target: HOOX_URL (${mesh.url})`);
    expect(ran.stderr).toContain(NOTE);
    expect(ran.stderr).not.toContain(KEY);
  });

  it.each([
    [{}, "npx hoox send --key-file <file> --symbol BTCUSDT\n"],
    [{ size: { percentOfEquity: "5" } }, "npx hoox send --key-file <file> --defaults --symbol BTCUSDT\n"],
    [{ symbol: "ETHUSDT", quantity: "0.1" }, "npx hoox send --key-file <file> --defaults\n"],
  ])("says how to try it with the defaults %j", async (defaults, line) => {
    await using mesh = await startFakeMesh({ addStrategy: { strategy: view({ defaults }), key: KEY } });
    const ran = await runCli(["strategy", "add", "scalper"], { mesh });

    expect(ran.stderr).toContain(line);
  });

  it("sends every setting as the contract has it", async () => {
    await using mesh = await startFakeMesh({ addStrategy: { strategy: view(), key: KEY } });
    const flags =
      "--account second --venue bybit --symbol btcusdt.p --size-percent 5% --order-type limit --leverage 3 " +
      "--stop-loss 2% --take-profit 4 --take-profit 8% --allow-symbol btcusdt.p --allow-symbol ETHUSDT.P " +
      "--max-notional 500 --currency usdc --max-position 0.5 --alerts-per-minute 6 --entry-validity 20s --exit-validity 15m";
    const ran = await runCli(["strategy", "add", "scalper", ...flags.split(" ")], { mesh });

    expect(ran.exitCode).toBe(0);
    expect(mesh.asked[0]?.body).toEqual({
      name: "scalper",
      enabled: true,
      account: "second",
      venue: "bybit",
      defaults: {
        symbol: "BTCUSDT.P",
        size: { percentOfEquity: "5" },
        orderType: "limit",
        leverage: "3",
        stopLoss: { percent: "2" },
        takeProfits: [{ percent: "4" }, { percent: "8" }],
      },
      limits: {
        symbols: ["BTCUSDT.P", "ETHUSDT.P"],
        maxNotional: "500",
        currency: "USDC",
        maxPosition: "0.5",
        alertsPerMinute: 6,
      },
      validity: { entrySeconds: 20, exitSeconds: 900 },
    });
  });

  it("leaves out of the alert what the strategy says itself", async () => {
    const strategy = view({ defaults: { symbol: "ETHUSDT", size: { quote: "250" } } });
    await using mesh = await startFakeMesh({ addStrategy: { strategy, key: KEY } });
    const { stdout } = await runCli(["strategy", "add", "scalper", "--json"], { mesh });
    const { alert, key, url } = JSON.parse(stdout);

    expect({ key, url }).toEqual({ key: KEY, url: `${mesh.url}/webhook` });
    expect(alert).toMatchObject({ symbol: "ETHUSDT" });
    expect(alert).not.toHaveProperty("quantity");
  });

  it.each([
    [["Scalper"], 'name: "Scalper" does not fit'],
    [["x", "--stop-loss", "58000 USD"], '--stop-loss: "58000 USD" is no percentage'],
    [["x", "--size-quote", "5", "--quantity", "1"], "take one of --quantity, --size-quote and --size-percent"],
    [["x", "--max-notional", "much"], '--max-notional: "much" does not fit'],
    [["x", "--currency", "dollars"], "it takes one of FDUSD, USDT"],
    [["x", "--entry-validity", "2d"], '--entry-validity: "2d" is no time from 1 s to 86400 s'],
    [["x", "--venue", "kraken"], "one of paper, binance"],
    [["x", "--alerts-per-minute", "0"], '--alerts-per-minute: "0" is no whole number'],
    [["x", "--allow-symbol", "BTC/USDT"], "must look like BTCUSDT or BTCUSDT.P"],
  ])("%j is not understood, and nothing is asked", async (args, words) => {
    await using mesh = await startFakeMesh({ addStrategy: { strategy: view(), key: KEY } });
    const ran = await runCli(["strategy", "add", ...args], { mesh });

    expect(ran).toMatchObject({ exitCode: 2, stdout: "", stderr: expect.stringContaining(words) });
    expect(mesh.asked).toEqual([]);
  });

  it("answers no, with what to do, when there is one already", async () => {
    const refused = refusal(
      409,
      "there is a strategy scalper already",
      "change it with: npx hoox strategy set scalper",
    );
    await using mesh = await startFakeMesh({ addStrategy: () => refused });
    const ran = await runCli(["strategy", "add", "scalper"], { mesh });

    expect(ran).toMatchObject({ exitCode: 1, stdout: "" });
    expect(ran.stderr).toContain("npx hoox strategy set scalper");
  });
});

describe("hoox strategy list", () => {
  it("is a table of where they trade and what limits them", async () => {
    const strategies = [UNSET, view(), view({ name: "swing", enabled: false, limits: {} })];
    await using mesh = await startFakeMesh({ strategies: { strategies, unreadable: [] } });
    const { exitCode, stdout } = await runCli(["strategy", "list"], { mesh });

    expect(exitCode).toBe(0);
    expect(stdout).toMatch(/default +yes +the gateway's default +none +the secret WEBHOOK_API_KEY_BINDING/);
    expect(stdout).toMatch(/scalper +yes +second:paper +max notional 500 +made 1 h ago/);
    expect(stdout).toMatch(/swing +no /);
  });

  it("says which is damaged, and answers no", async () => {
    const unreadable = [{ name: "broken", problem: "it is no JSON" }];
    await using mesh = await startFakeMesh({ strategies: { strategies: [UNSET], unreadable } });
    const ran = await runCli(["strategy", "list"], { mesh });

    expect(ran.exitCode).toBe(1);
    expect(ran.stderr).toContain("broken: it is no JSON; none of its alerts is accepted");
    expect(ran.stderr).toContain("npx hoox strategy remove broken");
  });
});

describe("hoox strategy show", () => {
  it("tells every setting and how old the keys are", async () => {
    const keys = [{ createdAt: AT, expiresAt: "2026-11-24T11:00:00.000Z" }, { createdAt: "2026-11-23T11:59:00.000Z" }];
    await using mesh = await startFakeMesh({ strategy: { strategy: view({ keys }) } });
    const { stdout } = await runCli(["strategy", "show", "scalper"], { mesh });

    expect(stdout).toMatch(/account +second\n/);
    expect(stdout).toMatch(/stop loss +2 %\n/);
    expect(stdout).toMatch(/max notional +500\n/);
    expect(stdout).toMatch(/key +made 1 h ago, expires in 23 h\nkey +made 1 min ago\n/);
  });
});

describe("hoox strategy set", () => {
  it("shows before and after, and sends all settings with the version that they replace", async () => {
    await using mesh = await startFakeMesh({
      strategy: { strategy: view() },
      setStrategy: { strategy: view({ limits: { maxNotional: "900" } }), note: NOTE },
    });
    const ran = await runCli(["strategy", "set", "scalper", "--max-notional", "900", "--yes"], { mesh });

    expect(ran.exitCode).toBe(0);
    expect(ran.stderr).toContain("plan: strategy scalper:\n  max notional  500 → 900");
    expect(mesh.asked.at(-1)).toMatchObject({
      line: "PUT /ops/strategies/scalper",
      body: { enabled: true, account: "second", limits: { maxNotional: "900" }, replaces: AT },
    });
    expect(ran.stdout).toMatch(/max notional +900/);
  });

  it.each([
    ["--disable", ["--disable"], { enabled: false }],
    ["a size in place of a quantity", ["--size-quote", "250"], { defaults: { size: { quote: "250" } } }],
    ["one more symbol", ["--allow-symbol", "ETHUSDT"], { limits: { symbols: ["BTCUSDT", "ETHUSDT"] } }],
    ["no list of symbols", ["--unset", "allow-symbol"], { limits: {} }],
    [
      "another list of symbols",
      ["--unset", "allow-symbol", "--allow-symbol", "ETHUSDT"],
      { limits: { symbols: ["ETHUSDT"] } },
    ],
  ])("takes %s", async (_, flags, changed) => {
    const strategy = view({ defaults: { quantity: "1" }, limits: { symbols: ["BTCUSDT"] } });
    await using mesh = await startFakeMesh({ strategy: { strategy }, setStrategy: { strategy } });
    const ran = await runCli(["strategy", "set", "scalper", ...flags, "--yes"], { mesh });
    const { defaults, limits, enabled } = strategy;

    expect(ran.exitCode).toBe(0);
    expect(mesh.asked.at(-1)?.body).toMatchObject({ enabled, defaults, limits, ...changed });
  });

  const at = (ledger: string, symbol: string, quantity: string): object => {
    const [account, venue] = ledger.split(":");
    return { ledger, account, venue, symbol, quantity, realisedProfit: "0", fees: "0" };
  };
  const trades = { mayTrade: true, mayWithdraw: false, isBound: true };
  const move = ["strategy", "set", "scalper", "--account", "test", "--venue", "binance-usdm", "--yes"];

  it("that moves it names what is open where it traded, and how to close that first", async () => {
    const positions = [
      at("second:paper", "BTCUSDT", "0.5"),
      at("second:paper", "SOLUSDT", "0"),
      at("main:paper", "ETHUSDT", "1"),
      at("second:binance", "XRPUSDT", "3"),
    ];
    await using mesh = await startFakeMesh({
      strategy: { strategy: view() },
      setStrategy: { strategy: view() },
      positions: { positions },
    });
    const { exitCode, stderr } = await runCli(move, { mesh });

    expect(exitCode).toBe(0);
    expect(stderr).toContain("its closing alerts go to test:binance-usdm from then on");
    expect(stderr).toContain(
      "  second:paper BTCUSDT: long 0.5\nclose it first: npx hoox positions close-all --ledger second:paper",
    );
    expect(stderr).not.toMatch(/SOLUSDT|ETHUSDT|XRPUSDT/);
  });

  it("that moves it names entries that may still open something where it traded", async () => {
    const order = { clientOrderId: "a-e", side: "buy", type: "limit", quantity: "10", price: "2", reduceOnly: false };
    const resting = (ledger: string, symbol: string): object => ({
      ledger,
      symbol,
      requestId: ID,
      state: "resting",
      order: { ...order, symbol },
    });
    await using mesh = await startFakeMesh({
      strategy: { strategy: view() },
      setStrategy: { strategy: view() },
      positions: { positions: [], entries: [resting("second:paper", "DOTUSDT"), resting("main:paper", "ADAUSDT")] },
    });
    const { stderr } = await runCli(move, { mesh });

    expect(stderr).toContain(`may open again: second:paper DOTUSDT: a buy of 10 at 2 rests there (${ID})`);
    expect(stderr).toContain("npx hoox kill-switch on --cancel-entries");
    expect(stderr).not.toContain("ADAUSDT");
  });

  it("that moves it away from a ledger that cannot be asked says so, and goes on", async () => {
    await using mesh = await startFakeMesh({ strategy: { strategy: view() }, setStrategy: { strategy: view() } });
    const { exitCode, stderr } = await runCli(move, { mesh });

    expect(exitCode).toBe(0);
    expect(stderr).toContain("warning: what is open there is not known: ");
  });

  it("that binds it to where it traded anyway warns of nothing", async () => {
    const strategy = { ...view(), account: undefined, venue: undefined };
    const positions = [at("test:binance-usdm", "BTCUSDT.P", "0.5")];
    await using mesh = await startFakeMesh({
      strategy: { strategy },
      setStrategy: { strategy },
      positions: { positions },
      venueKeys: { keys: [{ ledger: "test:binance-usdm", health: trades }] },
    });

    expect((await runCli(move, { mesh })).stderr).not.toContain("warning");
  });

  it.each<[string, object, string]>([
    [
      "has none, and how to give it one",
      { keys: [{ ledger: "main:binance-usdm", health: trades }] },
      "warning: test:binance-usdm has no API key: its alerts are refused until you give it one:\n" +
        "  npx hoox secrets set TEST_BINANCE_USDM_API_KEY\n  npx hoox secrets set TEST_BINANCE_USDM_API_SECRET",
    ],
    [
      "has one that may not trade",
      { keys: [{ ledger: "test:binance-usdm", health: { ...trades, mayTrade: false } }] },
      "warning: the API key of test:binance-usdm: it may not trade: allow that at the exchange",
    ],
    ["cannot be asked", { keys: undefined }, "warning: whether test:binance-usdm has a key is not known: "],
  ])("that moves it says when the account there %s", async (_, venueKeys, line) => {
    await using mesh = await startFakeMesh({
      strategy: { strategy: view() },
      setStrategy: { strategy: view() },
      positions: { positions: [] },
      venueKeys,
    });
    const { exitCode, stderr } = await runCli(move, { mesh });

    expect(exitCode).toBe(0);
    expect(stderr).toContain(line);
  });

  it("that moves it to the paper venue asks for no key", async () => {
    await using mesh = await startFakeMesh({
      strategy: { strategy: view() },
      setStrategy: { strategy: view() },
      positions: { positions: [] },
    });
    const { stderr } = await runCli(["strategy", "set", "scalper", "--account", "other", "--yes"], { mesh });

    expect(stderr).not.toContain("warning");
  });

  it("changes nothing without a yes", async () => {
    await using mesh = await startFakeMesh({ strategy: { strategy: view() }, setStrategy: { strategy: view() } });
    const ran = await runCli(["strategy", "set", "scalper", "--disable"], { mesh });

    expect(ran).toMatchObject({ exitCode: 2, stdout: "" });
    expect(ran.stderr).toContain("its entries are refused; its exits still pass");
    expect(mesh.asked.map((each) => each.line)).toEqual(["GET /ops/strategies/scalper"]);
  });

  it.each([
    [["--max-notional", "500"], "that would change nothing"],
    [[], "that would change nothing"],
    [["--unset", "stop"], '--unset: "stop" is no setting'],
    [["--enable", "--disable"], "take one of --enable and --disable"],
  ])("%j is no change", async (flags, words) => {
    await using mesh = await startFakeMesh({ strategy: { strategy: view() } });

    expect(await runCli(["strategy", "set", "scalper", ...flags], { mesh })).toMatchObject({
      exitCode: 2,
      stderr: expect.stringContaining(words),
    });
  });
});

describe("hoox strategy rotate", () => {
  const rotated = { rotateStrategy: { strategy: view(), key: KEY, note: NOTE } };

  it("prints the new key and lets the old one pass for a day", async () => {
    await using mesh = await startFakeMesh(rotated);
    const ran = await runCli(["strategy", "rotate", "scalper"], { mesh });

    expect(ran.stdout).toContain(KEY);
    expect(mesh.asked.at(-1)).toMatchObject({
      line: "POST /ops/strategies/scalper/rotate",
      body: { overlapSeconds: 86_400 },
    });
  });

  it("drops the old one at once only after a yes", async () => {
    await using mesh = await startFakeMesh(rotated);

    expect((await runCli(["strategy", "rotate", "scalper", "--now"], { mesh })).exitCode).toBe(2);
    expect(mesh.asked).toEqual([]);
    await runCli(["strategy", "rotate", "scalper", "--now", "--yes"], { mesh });
    expect(mesh.asked.at(-1)?.body).toEqual({ overlapSeconds: 0 });
  });
});

describe("hoox strategy remove", () => {
  it("asks, and says what stays", async () => {
    await using mesh = await startFakeMesh({ removeStrategy: { name: "scalper", note: NOTE } });
    const ran = await runCli(["strategy", "remove", "scalper"], { mesh, answer: "y" });

    expect(ran).toMatchObject({ exitCode: 0, stdout: "removed: scalper\n" });
    expect(ran.stderr).toContain("positions, orders and history stay");
    expect(mesh.asked.at(-1)?.line).toBe("DELETE /ops/strategies/scalper");
  });
});

describe("hoox send with a strategy's key", () => {
  const webhook = () => ({ status: 202, body: { requestId: ID, status: "accepted" } });
  const sentKey = (body: unknown): unknown => Reflect.get(Object(body), "apiKey");

  it("takes it from a file, from stdin or from the environment, and never shows it", async () => {
    await using mesh = await startFakeMesh({ webhook });
    const file = join(mkdtempSync(join(tmpdir(), "hoox-key-")), "scalper.key");
    writeFileSync(file, `${KEY}\n`);
    const runs = [
      await runCli(["send", "--key-file", file], { mesh }),
      await runCli(["send", "--key-file", "-"], { mesh, stdin: KEY }),
      await runCli(["send"], { mesh, env: { HOOX_STRATEGY_KEY: KEY } }),
      await runCli(["send"], { mesh }),
    ];

    expect(mesh.asked.map((each) => sentKey(each.body))).toEqual([KEY, KEY, KEY, WEBHOOK_KEY]);
    expect(JSON.stringify(runs)).not.toContain(KEY);
  });

  it("leaves symbol and size to the strategy when that is asked for", async () => {
    await using mesh = await startFakeMesh({ webhook });
    await runCli(["send", "--defaults", "--price", "65000"], { mesh });

    expect(mesh.asked[0]?.body).toMatchObject({ action: "buy", price: "65000" });
    expect(mesh.asked[0]?.body).not.toHaveProperty("symbol");
    expect(mesh.asked[0]?.body).not.toHaveProperty("quantity");
  });

  it.each([
    [["--key-file", "/nowhere/at.all"], "/nowhere/at.all holds no key"],
    [["--key-file", "-", "--file", "-"], "stdin can be the key or the alert, not both"],
  ])("does not send without one: %j", async (flags, words) => {
    await using mesh = await startFakeMesh({ webhook });

    expect(await runCli(["send", ...flags], { mesh })).toMatchObject({
      exitCode: 2,
      stderr: expect.stringContaining(words),
    });
    expect(mesh.asked).toEqual([]);
  });
});
