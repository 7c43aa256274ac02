import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { OPERATOR_KEY, refusal, REQUEST_ID, startFakeMesh, WEBHOOK_KEY } from "../../testing/fake-mesh.ts";
import { runCli } from "../../testing/run-cli.ts";

const understood = {
  requestId: REQUEST_ID,
  signal: {
    strategy: "default",
    account: "main",
    venue: "paper",
    symbol: "BTCUSDT",
    action: "buy",
    quantity: "0.001",
    orderType: "market",
    sentAt: "2026-11-23T14:05:00.000Z",
  },
  understood: [
    { field: "ticker", value: "BINANCE:BTCUSDT", as: "symbol", means: "BTCUSDT, spot" },
    { field: "qty", value: "0.001", as: "quantity", means: "0.001 of the base coin" },
  ],
  ignored: ["comment"],
};

describe("hoox alert check", () => {
  it("prints how an alert is understood as an aligned table", async () => {
    await using mesh = await startFakeMesh({ check: () => ({ body: understood }) });
    const ran = await runCli(["alert", "check", "--file", "-"], { mesh, stdin: "{}" });

    expect(ran).toEqual({
      exitCode: 0,
      stderr: "",
      stdout: `understood: buy BTCUSDT on main:paper, strategy default

field   value            becomes   which means
ticker  BINANCE:BTCUSDT  symbol    BTCUSDT, spot
qty     0.001            quantity  0.001 of the base coin

ignored, because Hoox has no use for it: comment
`,
    });
  });

  it("sends the file byte for byte, as an operator, and names the strategy that it is asked for", async () => {
    const asked: object[] = [];
    await using mesh = await startFakeMesh({ check: (of) => (asked.push(of), { body: understood }) });
    const file = join(mkdtempSync(join(tmpdir(), "hoox-alert-")), "alert.json");
    writeFileSync(file, '{"a": 1}\r\n');
    await runCli(["alert", "check", "--file", file, "--strategy", "scalper"], { mesh });

    expect(asked).toEqual([{ body: '{"a": 1}\r\n', path: "/webhook/check?strategy=scalper", operator: true }]);
  });

  it("needs no operator key where there is a webhook key", async () => {
    const asked: string[] = [];
    await using mesh = await startFakeMesh({ check: ({ path }) => (asked.push(path), { body: understood }) });
    const ran = await runCli(["alert", "check", "--file", "-"], { mesh, stdin: "{}", env: { HOOX_OPERATOR_KEY: "" } });

    expect(ran.exitCode).toBe(0);
    expect(asked).toEqual([`/webhook/check?key=${WEBHOOK_KEY}`]);
  });

  it("says why an alert would be refused and what to do, and answers no", async () => {
    await using mesh = await startFakeMesh({
      check: () => refusal(400, "qty must be greater than zero", "write more"),
    });
    const ran = await runCli(["alert", "check", "--file", "-"], { mesh, stdin: "{}" });

    expect(ran).toEqual({ exitCode: 1, stderr: "", stdout: "refused: qty must be greater than zero\n  write more\n" });
  });

  it("answers with one JSON document, yes or no", async () => {
    await using yes = await startFakeMesh({ check: () => ({ body: understood }) });
    await using no = await startFakeMesh({ check: () => refusal(400, "no", "because") });
    const [good, bad] = await Promise.all(
      [yes, no].map((mesh) => runCli(["alert", "check", "--file", "-", "--json"], { mesh, stdin: "{}" })),
    );

    expect(JSON.parse(good?.stdout ?? "")).toEqual({ accepted: true, ...understood });
    expect(JSON.parse(bad?.stdout ?? "")).toEqual({
      accepted: false,
      requestId: REQUEST_ID,
      error: { code: "refused", message: "no", hint: "because" },
    });
  });

  it("fills in placeholders on demand, and leaves those that TradingView does not know", async () => {
    let body = "";
    await using mesh = await startFakeMesh({ check: (of) => ((body = of.body), { body: understood }) });
    const stdin = '{"a":"{{ ticker }}","b":{{strategy.order.contracts}},"c":"{{tickr}}","d":"{{plot_3}}"}';
    const ran = await runCli(["alert", "check", "--file", "-", "--fill"], { mesh, stdin });

    expect(body).toBe('{"a":"BTCUSDT","b":0.001,"c":"{{tickr}}","d":"1"}');
    expect(ran.stderr).toBe("filled in: ticker = BTCUSDT, strategy.order.contracts = 0.001, plot_3 = 1\n");
  });

  it.each([
    [["alert", "check"], "--file is missing"],
    [["alert", "check", "--file", "/nowhere.json"], "/nowhere.json cannot be read"],
  ])("%j is a usage error", async (argv, words) => {
    await using mesh = await startFakeMesh({});
    const ran = await runCli(argv, { mesh });

    expect(ran.exitCode).toBe(2);
    expect(ran.stderr).toContain(words);
  });

  it.each([
    [() => refusal(401, "no"), "does not accept this operator key"],
    [() => refusal(503, "the settings cannot be read"), "the settings cannot be read"],
  ])("that the mesh cannot answer is the mesh's failure", async (check, words) => {
    await using mesh = await startFakeMesh({ check });
    const ran = await runCli(["alert", "check", "--file", "-"], { mesh, stdin: "{}" });

    expect(ran.exitCode).toBe(3);
    expect(ran.stderr).toContain(words);
  });
});

const untouched = {
  strategy: { name: "default", enabled: true, defaults: {}, limits: {}, validity: {}, keys: [] },
};

describe("hoox alert template", () => {
  it("prints the address and the alert of strategy default with the key that is known here", async () => {
    await using mesh = await startFakeMesh({ strategy: untouched });
    const { stdout, stderr } = await runCli(["alert", "template"], { mesh });
    const alert: unknown = JSON.parse(stdout.slice(stdout.indexOf("{")));

    expect(stdout).toMatch(new RegExp(`^webhook {2}${mesh.url}/webhook\n`));
    expect(alert).toMatchObject({ apiKey: WEBHOOK_KEY, symbol: "{{ticker}}", action: "{{strategy.order.action}}" });
    expect(stderr).toContain("TradingView cannot reach this machine");
  });

  it("prints a placeholder for a key that it cannot know, and the alert as the strategy's defaults make it", async () => {
    const at = "2026-11-20T00:00:00.000Z";
    const strategy = {
      name: "scalper",
      enabled: true,
      account: "second",
      venue: "bybit",
      defaults: { symbol: "ETHUSDT", size: { quote: "250" } },
      limits: {},
      validity: {},
      keys: [],
      createdAt: at,
      updatedAt: at,
    };
    await using mesh = await startFakeMesh({ strategy: { strategy } });
    const { stdout, stderr } = await runCli(["alert", "template", "--strategy", "scalper", "--json"], { mesh });
    const { alert, ...rest }: Record<string, unknown> = JSON.parse(stdout);

    expect(rest).toEqual({ url: `${mesh.url}/webhook`, strategy: "scalper", format: "hoox" });
    expect(alert).toMatchObject({ apiKey: "<key of strategy scalper>", symbol: "ETHUSDT" });
    expect(alert).not.toHaveProperty("exchange");
    expect(alert).not.toHaveProperty("quantity");
    expect(stderr).toContain("put in the key that strategy add printed once");
    expect(stdout + stderr).not.toContain(OPERATOR_KEY);
  });

  it("prints the position instead of the order on demand", async () => {
    await using mesh = await startFakeMesh({ strategy: untouched });
    const { stdout } = await runCli(["alert", "template", "--format", "target", "--json"], { mesh });
    const { alert }: { alert: object } = JSON.parse(stdout);

    expect(alert).toMatchObject({ position_size: "{{strategy.position_size}}" });
    expect(alert).not.toHaveProperty("action");
  });

  it.each([
    [["--strategy", "nobody"], 1, 'there is no strategy "nobody"'],
    [["--format", "xml"], 2, "it takes one of hoox, target"],
  ])("%j is answered in words", async (flags, exitCode, words) => {
    await using mesh = await startFakeMesh({ strategy: () => refusal(404, "no") });
    const ran = await runCli(["alert", "template", ...flags], { mesh });

    expect(ran.exitCode).toBe(exitCode);
    expect(ran.stderr).toContain(words);
  });
});
