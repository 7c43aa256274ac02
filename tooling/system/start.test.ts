import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { spawnSync } from "node:child_process";
import { isEndless, linesFor, wordsOf, lineOf } from "./doc-lines.ts";
import { LocalMesh } from "./local-mesh.ts";
import { until } from "./mesh.ts";

describe("npm start", () => {
  let mesh: LocalMesh;
  let requestId: string;
  beforeAll(async () => {
    mesh = await LocalMesh.create();
    await mesh.start();
    const curl = mesh.stdout.find((line) => line.startsWith("curl "));
    const { stdout } = spawnSync("bash", ["-c", `${curl} -s`], { encoding: "utf8" });
    const [head = "", body = ""] = stdout.split(/\r?\n\r?\n/);
    if (!head.includes(" 202 ")) throw new Error(`the printed curl line answered ${stdout}`);
    requestId = (JSON.parse(body) as { requestId: string }).requestId;
  });
  afterAll(() => mesh.stop());

  it("prints where it answers and the alert to paste into TradingView", () => {
    expect(mesh.stdout[0]).toBe(`ready ${mesh.url}`);
    const text = mesh.stdout.join("\n");
    const pasted: Record<string, unknown> = JSON.parse(text.slice(text.indexOf("{"), text.indexOf("\n}") + 2));
    expect(pasted).toMatchObject({ symbol: "{{ticker}}", action: "{{strategy.order.action}}" });
  });

  it("shows the notification of the fill with its requestId", async () => {
    const line = await until("the notification appears", async () =>
      mesh.stderr.find((each) => each.includes(">> Bought") && each.includes(requestId.slice(0, 8))),
    );
    expect(line).toContain("Bought 0.001 BTCUSDT");
  });

  it("can be traced hop by hop", async () => {
    const trace = await until("the trace is whole", async () => {
      const { exitCode, stdout } = await mesh.hooxHere("trace", requestId);
      return exitCode === 0 && stdout.includes("telegram-worker") && stdout;
    });
    for (const worker of ["hoox", "ledger-worker", "trade-worker", "d1-worker"]) expect(trace).toContain(worker);
    expect(trace).toMatch(/filled/);
  });

  it.each(
    [
      ["status"],
      ["logs", "query", "--limit", "5"],
      ["queues", "depth"],
      ["dlq", "list"],
      ["kill-switch", "show"],
      ["check", "health"],
      ["sync", "--check"],
    ].map((words) => ({ command: words.join(" "), args: words })),
  )("answers hoox $command with text, and with one JSON document", async ({ args }) => {
    const plain = await mesh.hooxHere(...args);
    const json = await mesh.hooxHere(...args, "--json");

    expect({ exitCode: plain.exitCode, stderr: plain.stderr.includes("rror:") }).toEqual({
      exitCode: 0,
      stderr: false,
    });
    expect(json.exitCode).toBe(0);
    expect(() => JSON.parse(json.stdout)).not.toThrow();
  });

  it.each(linesFor("mesh"))("runs what the docs print: npx hoox %s", async (line) => {
    const words = wordsOf(line.replaceAll("<requestId>", requestId));
    const state = words[0] === "db" && words[1] !== "query" ? ["--state", mesh.state] : [];
    const { exitCode, stderr } = await (isEndless(line)
      ? mesh.hooxUntilCtrlC(...words)
      : mesh.hooxHere(...words, ...state));

    // A mesh that is well has no line of the failure that is looked for.
    const works = exitCode === 0 || (words[0] === "logs" && stderr.startsWith("no log line fits"));
    expect({ exitCode, stderr: works ? "" : stderr }).toEqual({ exitCode: works ? exitCode : 0, stderr: "" });
  });

  it("answers the runbook's query", async () => {
    const { stdout } = await mesh.hoox(
      "db",
      "query",
      `SELECT created_at, worker, message, severity FROM system_logs WHERE request_id = '${requestId}' ORDER BY created_at ASC`,
    );
    expect(stdout).toContain("trade-worker");
  });

  it("holds a paused queue back, says so, and delivers what has waited once it is resumed", async () => {
    const orders = async (...ids: string[]): Promise<unknown[]> =>
      mesh.rows(`SELECT request_id FROM orders WHERE request_id IN (${ids.map((id) => `'${id}'`).join(", ")})`);
    const send = async (symbol: string): Promise<string> => {
      const words = ["send", "--symbol", symbol, "--action", "buy", "--quantity", "1", "--price", "10", "--json"];
      const { stdout } = await mesh.hooxHere(...words);
      const { results }: { results: { requestId: string }[] } = JSON.parse(stdout);
      return results[0]?.requestId ?? "";
    };
    const paused = await mesh.hooxHere("queues", "pause", "trade-signals", "--yes", "--reason", "a look at it");
    expect(paused).toMatchObject({ exitCode: 0, stdout: "trade-signals: paused\n" });
    expect(await mesh.hooxHere("queues", "pause", "trade-signals")).toMatchObject({
      exitCode: 0,
      stdout: "trade-signals: was paused already\n",
    });
    const first = await send("ETHUSDT");
    await until(
      "its hint is held",
      async () => (await mesh.rows(`SELECT 1 FROM system_logs WHERE request_id = '${first}'`)).length,
    );
    const second = await send("SOLUSDT");
    await until("the next one waits behind it", async () =>
      /^trade-signals .* paused +[1-9]/m.test((await mesh.hooxHere("queues", "list")).stdout),
    );
    expect(await orders(first, second)).toEqual([]);

    expect(await mesh.hooxHere("queues", "resume", "trade-signals")).toMatchObject({
      exitCode: 0,
      stdout: "trade-signals: resumed\n",
    });
    await until("both are executed", async () => (await orders(first, second)).length === 2);
    const audit = await mesh.rows("SELECT reason FROM audit_log WHERE target = 'queue-hold:trade-signals'");
    expect(audit).toContainEqual({ reason: "a look at it" });
  });

  it("refuses a second mesh on the same state in words", async () => {
    const second = spawnSync(
      process.execPath,
      ["tooling/bootstrap.mjs", "start", "--port", "0", "--state", mesh.state],
      { encoding: "utf8" },
    );

    expect(second.status).not.toBe(0);
    expect(second.stderr).toMatch(/already/i);
  });

  it("goes on from the same state without ledger-worker, and answers an alert with 502 that names it", async () => {
    await mesh.kill();
    await mesh.start(...wordsOf(lineOf("docs/runbook.md", "npm start -- ")).slice(3));
    const alert = { symbol: "BTCUSDT", action: "buy", quantity: "1", price: "65000" };
    const body = JSON.stringify({ ...alert, apiKey: await mesh.secret("WEBHOOK_API_KEY_BINDING") });
    const response = await fetch(`${mesh.url}/webhook`, { method: "POST", body });

    expect(response.status).toBe(502);
    expect(await response.text()).toMatch(/ledger-worker/);
  }, 180_000);
});
