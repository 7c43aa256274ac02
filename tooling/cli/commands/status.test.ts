import { describe, expect, it } from "vitest";
import { visible } from "../output/table.ts";
import { startFakeMesh } from "../testing/fake-mesh.ts";
import { runCli } from "../testing/run-cli.ts";
import { ID, killSwitch, status, wellStatus } from "../testing/samples.ts";

const lane = { lane: "main:paper:ETHUSDT", requestId: ID, action: "buy", acceptedAt: "2026-11-23T11:57:00.000Z" };

describe("hoox status", () => {
  it("fits one screen when all is well, and exits 0", async () => {
    await using mesh = await startFakeMesh({ status: wellStatus });
    const { exitCode, stdout } = await runCli(["status"], { mesh, columns: 80 });
    const lines = stdout.trimEnd().split("\n");

    expect(exitCode).toBe(0);
    expect(lines[0]).toBe(`✓ all is well  HOOX_URL (${mesh.url})`);
    expect(lines.length).toBeLessThanOrEqual(24);
    expect(Math.max(...lines.map(visible))).toBeLessThanOrEqual(80);
  });

  it("tells how fast alerts were acknowledged, what came last and what is open", async () => {
    await using mesh = await startFakeMesh({ status: wellStatus });
    const { stdout } = await runCli(["status"], { mesh });

    expect(stdout).toMatch(/kill switch +off {2}\(trading goes on\)/);
    expect(stdout).toMatch(/signals +0 not ended, 0 in flight, 0 in doubt/);
    expect(stdout).toMatch(/backlog +all 1 queues are empty/);
    expect(stdout).toMatch(/today +12 signals, 1 refused/);
    expect(stdout).toMatch(/last alert +2 s ago/);
    expect(stdout).toMatch(/last fill +buy 0\.001 BTCUSDT at 65000\.33333333…, 2 s ago/);
    expect(stdout).toMatch(/acknowledged +in 4 ms \(p50\), 12 ms \(p99\): 240 alerts of the last hour/);
    expect(stdout).toMatch(/main:paper BTCUSDT +long +0\.003 +65000\.33333333… +-3\.5 USDT +0\.1 +3 min/);
  });

  it("puts what needs a person first, each with what to do, and exits 1", async () => {
    const blocked = [
      { ...lane, state: "in_doubt", inDoubt: true, waiting: 0, reason: "the venue does not answer" },
      { ...lane, lane: "main:paper:SOLUSDT", state: "deferred", inDoubt: false, waiting: 2, reason: "rate limited" },
    ];
    const unread = [{ id: "n", request_id: ID, created_at: "2026-11-23T11:58:00.000Z", title: "Exit!", chat_id: "7" }];
    const on = { state: killSwitch.state, kv: [], effective: "entries" };
    await using mesh = await startFakeMesh({ status: { ...status, killSwitch: on, blocked, unread } });
    const { exitCode, stdout } = await runCli(["status"], { mesh });
    const [first, , ...rest] = stdout.split("\n");

    expect(exitCode).toBe(1);
    expect(first).toContain("✗ 6 things need a person");
    expect(rest.slice(0, 12)).toEqual([
      "✗ kill switch   ENTRIES for 10 min, by operator: exchange maintenance",
      "                npx hoox kill-switch show",
      "✗ in doubt      main:paper:ETHUSDT buy, 3 min old: the venue does not answer",
      `                npx hoox lanes show ${ID}`,
      "✗ lane blocked  main:paper:SOLUSDT buy is deferred for 3 min, 2 behind it: rate limited",
      `                npx hoox lanes show ${ID}`,
      "✗ unread        Exit!, 2 min ago",
      `                npx hoox trace ${ID}`,
      "✗ dead letters  2 open, 1 of notifications and logs (nobody is told of those)",
      "                npx hoox dlq list",
      "✗ not asked     telegram-worker did not answer",
      "                npx hoox check health",
    ]);
  });

  it.each([
    [
      "a kill switch in KV alone",
      { killSwitch: { state: wellStatus.killSwitch.state, kv: [], effective: "all" } },
      "KV",
    ],
    ["an order in doubt whose signal has ended", { ledgers: status.ledgers }, "1 order"],
    [
      "trading that is off",
      { ledgers: [{ ...wellStatus.ledgers[0], tradingOff: "two orders for one leg" }] },
      "main:paper: two orders for one leg",
    ],
    [
      "a position that is left to a person",
      { ledgers: [{ ...wellStatus.ledgers[0], leftToAPerson: [{ requestId: ID, symbol: "SOLUSDT.P" }] }] },
      `npx hoox lanes resolve ${ID} --outcome filled --price … --reason "…", or npx hoox positions reconcile main:paper SOLUSDT.P`,
    ],
    [
      "a position that its exchange holds otherwise",
      { drifts: [{ position: "main:binance-usdm BTCUSDT.P", since: "2026-11-23T11:50:00.000Z" }] },
      "main:binance-usdm BTCUSDT.P: the exchange has held something else for 10 min",
    ],
    [
      "a queue that nobody consumes",
      { queues: [{ queue: "records", backlogCount: 9, backlogBytes: 1, oldestMessageAt: "2026-11-23T11:50:00.000Z" }] },
      "records: 9 messages, the oldest 10 min old",
    ],
  ])("does not call %s well", async (_, change, words) => {
    await using mesh = await startFakeMesh({ status: { ...wellStatus, ...change } });
    const { exitCode, stdout } = await runCli(["status"], { mesh });

    expect({ exitCode, first: stdout.split("\n")[0] }).toMatchObject({
      exitCode: 1,
      first: expect.stringMatching(/^✗ 1/),
    });
    expect(stdout).toContain(words);
  });

  it("cuts long reasons on a narrow terminal instead of wrapping them", async () => {
    const blocked = [{ ...lane, state: "deferred", inDoubt: false, waiting: 0, reason: "r".repeat(200) }];
    await using mesh = await startFakeMesh({ status: { ...wellStatus, blocked } });
    const { stdout } = await runCli(["status"], { mesh, columns: 80 });

    expect(Math.max(...stdout.split("\n").map(visible))).toBeLessThanOrEqual(80);
  });

  it("gives scripts the mesh's own words and what needs a person", async () => {
    await using mesh = await startFakeMesh({ status });
    const { exitCode, stdout } = await runCli(["status", "--json"], { mesh });

    expect(exitCode).toBe(1);
    expect(JSON.parse(stdout)).toMatchObject({
      ledgers: [{ ledger: "main:paper" }],
      attention: [{ what: "in doubt" }, { what: "dead letters", todo: "npx hoox dlq list" }, { what: "not asked" }],
    });
  });

  it("exits 3 when no mesh answers", async () => {
    const { exitCode, stdout } = await runCli(["status"], { env: { HOOX_URL: "http://127.0.0.1:9" } });

    expect([exitCode, stdout]).toEqual([3, ""]);
  });
});
