import { describe, expect, it } from "vitest";
import { refusal, startFakeMesh, WEBHOOK_KEY } from "../testing/fake-mesh.ts";
import { fullTrace } from "../testing/full-trace.ts";
import { runCli } from "../testing/run-cli.ts";
import { deadLetter, filledTrace, ID, idle, killSwitch, logRow, runningTrace, status } from "../testing/samples.ts";

describe("hoox trace", () => {
  it("tells one alert's way with offsets, durations, outcome and total", async () => {
    await using mesh = await startFakeMesh({ trace: filledTrace });
    const ran = await runCli(["trace", ID], { mesh });

    expect(ran).toMatchObject({ exitCode: 0, stderr: "" });
    expect(ran.stdout).toContain(`${ID}  filled in 42 ms`);
    expect(ran.stdout).toContain("main:paper:BTCUSDT #12");
    expect(ran.stdout).toMatch(/\+35 ms +14 ms +trade-worker +order\.placed +buy 0\.001 BTCUSDT/);
    expect(ran.stdout).toMatch(
      /orders\n\+20 ms +tmo6wtj3pvf23g65fmgxwpolnu-e +buy 0\.001 BTCUSDT market: filled 0\.001 at 65000/,
    );
  });

  it("says at which price an order rests", async () => {
    const stop = { ...filledTrace.orders[0], client_order_id: "x-s1", type: "stop", price: "63700", status: "working" };
    await using mesh = await startFakeMesh({ trace: { ...filledTrace, orders: [stop] } });
    const { stdout } = await runCli(["trace", ID], { mesh });

    expect(stdout).toContain("stop at 63700: working");
  });

  it("waits until the signal has ended", async () => {
    let asked = 0;
    await using mesh = await startFakeMesh({ trace: () => ({ body: ++asked < 4 ? runningTrace : filledTrace }) });
    const ran = await runCli(["trace", ID, "--wait", "--json"], { mesh });

    expect(JSON.parse(ran.stdout)).toMatchObject({ requestId: ID, ended: true, totalMs: 42 });
  });

  it("waits for an id that the mesh does not know yet", async () => {
    let asked = 0;
    await using mesh = await startFakeMesh({
      trace: () => (++asked < 4 ? refusal(404, "unknown") : { body: filledTrace }),
    });
    const ran = await runCli(["trace", ID, "--wait"], { mesh });

    expect(ran.exitCode).toBe(0);
  });

  it("stops waiting after ten seconds and says that it has not ended", async () => {
    await using mesh = await startFakeMesh({ trace: runningTrace });
    const ran = await runCli(["trace", ID, "--wait"], { mesh });

    expect(ran.exitCode).toBe(0);
    expect(ran.stdout).toContain("leased");
    expect(ran.stderr).toContain("it has not ended yet");
    expect(mesh.asked).toHaveLength(41);
  });

  it("tells every hop though the log lines of some were lost with their process", async () => {
    const logs = filledTrace.logs.filter((line) => line.worker === "trade-worker");
    await using mesh = await startFakeMesh({ trace: { ...filledTrace, logs } });
    const { stdout, stderr } = await runCli(["trace", ID], { mesh });

    expect(stdout).toMatch(/\+0 ms +hoox +alert\.accepted +\[ledger\] accepted buy BTCUSDT/);
    expect(stdout).toMatch(/\+0 ms +ledger-worker +signal\.accepted .* valid until 12:00:58/);
    expect(stdout).toMatch(/\+42 ms +ledger-worker +signal\.settled .*filled: filled 0\.001 at 65000/);
    expect(stdout).toMatch(/order\.placed +buy 0\.001 BTCUSDT/);
    expect(stderr).toContain("unless its Worker was killed");
  });

  it("tells the first sending of an order that a killed Worker did not live to log", async () => {
    const [order] = filledTrace.orders;
    const logs = [
      logRow({ cursor: 9, worker: "trade-worker", event: "order.placed", created_at: "2026-11-23T12:00:16.000Z" }),
      logRow({ cursor: 8, worker: "ledger-worker", event: "order.sending", created_at: "2026-11-23T12:00:15.990Z" }),
    ];
    await using mesh = await startFakeMesh({ trace: { ...filledTrace, orders: [order], logs } });
    const { stdout } = await runCli(["trace", ID], { mesh });

    expect(stdout).toMatch(/\+20 ms +trade-worker +attempt\.started +\[database\]/);
    expect(stdout).toMatch(/\+20 ms +ledger-worker +order\.sending +\[database\] order buy 0\.001 BTCUSDT/);
    expect(stdout.match(/order\.sending/g)).toHaveLength(2);
  });

  it("draws the way with its waits and tells of dropped copies, in as many columns as there are", async () => {
    await using mesh = await startFakeMesh({ trace: fullTrace() });
    const [wide, piped] = [await runCli(["trace", ID], { mesh, columns: 80 }), await runCli(["trace", ID], { mesh })];

    expect(wide.stdout).toMatch(/\+13 ms +5 ms +trade-worker +queue trade-signals +·+\n/);
    expect(wide.stdout).toContain("total  45 ms until filled, 1.1 s until all was told and recorded");
    expect(wide.stdout).toMatch(/copies that were dropped\n\+900 ms +1f0e2d3c-4b5a-4978-8695-a4b3c2d1e0f9 +a copy/);
    expect(Math.max(...wide.stdout.split("\n").map((line) => line.length))).toBeLessThanOrEqual(80);
    expect(piped.stdout).toMatch(/\+13 ms +5 ms +trade-worker +queue trade-signals\n/);
  });

  it("says how bad a line is when one is worse than usual", async () => {
    const bad = logRow({ cursor: 9, worker: "trade-worker", event: "order.rejected", severity: "error" });
    await using mesh = await startFakeMesh({ trace: { ...filledTrace, logs: [...filledTrace.logs, bad] } });

    expect((await runCli(["trace", ID], { mesh })).stdout).toMatch(/trade-worker +error +order\.rejected/);
    await using well = await startFakeMesh({ trace: filledTrace });
    expect((await runCli(["trace", ID], { mesh: well })).stdout).not.toContain("level");
  });

  it("gives scripts every hop with its time and length", async () => {
    await using mesh = await startFakeMesh({ trace: fullTrace() });
    const { hops } = JSON.parse((await runCli(["trace", ID, "--json"], { mesh })).stdout);

    expect(hops[1]).toEqual({
      name: "queue trade-signals",
      worker: "trade-worker",
      kind: "wait",
      at: "2026-11-23T11:59:58.013Z",
      ms: 5,
    });
  });

  it("answers no for an id that nobody knows", async () => {
    await using mesh = await startFakeMesh({ trace: () => refusal(404, "unknown") });
    const ran = await runCli(["trace", ID], { mesh });

    expect(ran).toMatchObject({ exitCode: 1, stdout: "" });
    expect(ran.stderr).toContain(`knows nothing of ${ID}`);
  });

  it("takes nothing but a UUID", async () => {
    const ran = await runCli(["trace", "9b1deb4d"]);

    expect(ran.exitCode).toBe(2);
    expect(ran.stderr).toContain("it takes a UUID such as");
  });
});

describe("hoox send", () => {
  const accepted = () => ({ status: 202, body: { requestId: ID, status: "accepted" } });

  it("sends a small paper buy that is valid JSON with the key in it", async () => {
    await using mesh = await startFakeMesh({ webhook: accepted });
    const ran = await runCli(["send"], { mesh });

    expect(ran.exitCode).toBe(0);
    expect(ran.stdout).toMatch(new RegExp(`^202 accepted +${ID} +\\d+ ms\n$`));
    expect(ran.stderr).toContain(`target: HOOX_URL (${mesh.url})`);
    expect(ran.stderr).toContain(`hoox trace ${ID}`);
    expect(mesh.asked[0]?.body).toMatchObject({
      apiKey: WEBHOOK_KEY,
      symbol: "BTCUSDT",
      action: "buy",
      quantity: "0.001",
    });
  });

  it("gives every alert an id of its own, and both copies of a duplicate the same", async () => {
    await using mesh = await startFakeMesh({ webhook: accepted });
    await runCli(["send", "--repeat", "2", "--duplicate"], { mesh });

    const ids = mesh.asked.map(({ body }) => Reflect.get(Object(body), "idempotencyKey"));
    expect(ids[0]).toBe(ids[1]);
    expect(ids[2]).toBe(ids[3]);
    expect(new Set(ids).size).toBe(2);
  });

  it("hints a trace of each of several", async () => {
    let count = 0;
    await using mesh = await startFakeMesh({
      webhook: () => ({ status: 202, body: { requestId: `id-${++count}`, status: "accepted" } }),
    });
    const { stderr } = await runCli(["send", "--repeat", "3"], { mesh });

    expect(stderr).toMatch(/npx hoox trace id-1\n +npx hoox trace id-2\n +npx hoox trace id-3\n/);
  });

  it("says where, for whom and how, when it is told", async () => {
    await using mesh = await startFakeMesh({ webhook: accepted });
    const flags = ["--exchange", "bybit", "--account", "alt", "--leverage", "3", "--order-type", "limit"];
    await runCli(["send", ...flags, "--reduce-only"], { mesh });

    expect(mesh.asked[0]?.body).toMatchObject({
      exchange: "bybit",
      account: "alt",
      leverage: "3",
      orderType: "limit",
      reduceOnly: true,
    });
  });

  it("sends the whole position when an exit names no quantity", async () => {
    await using mesh = await startFakeMesh({ webhook: accepted });
    await runCli(["send", "--action", "close", "--symbol", "ETHUSDT"], { mesh });

    expect(mesh.asked[0]?.body).not.toHaveProperty("quantity");
  });

  it("sends a file byte for byte, with the key in the URL when the text has none", async () => {
    const seen: { body: string; path: string }[] = [];
    await using mesh = await startFakeMesh({ webhook: (asked) => (seen.push(asked), accepted()) });
    await runCli(["send", "--file", "-"], { mesh, stdin: '{ not json, "a": 1}\n' });

    expect(seen).toEqual([{ body: '{ not json, "a": 1}\n', path: `/webhook?key=${WEBHOOK_KEY}` }]);
  });

  it("answers no with the gateway's reason and hint when the alert is refused", async () => {
    await using mesh = await startFakeMesh({ webhook: () => refusal(400, "quantity is missing", "say how much") });
    const ran = await runCli(["send"], { mesh });

    expect(ran.exitCode).toBe(1);
    expect(ran.stdout).toMatch(/400 refused .*\n {2}quantity is missing\n {2}say how much/);
  });

  it("says that the other side failed when it answers 502", async () => {
    await using mesh = await startFakeMesh({ webhook: () => refusal(502, "ledger-worker is not deployed") });

    expect(await runCli(["send"], { mesh })).toMatchObject({
      exitCode: 3,
      stdout: expect.stringContaining("ledger-worker is not deployed"),
    });
  });

  it("asks before it sends a real alert to a mesh that is not on this machine", async () => {
    const ran = await runCli(["send"], { env: { HOOX_URL: "https://hoox.example.com", HOOX_WEBHOOK_KEY: "k" } });

    expect(ran.exitCode).toBe(2);
    expect(ran.stderr).toContain("add --yes");
  });
});

describe("hoox kill-switch", () => {
  it("shows what says stop, since when and why", async () => {
    await using mesh = await startFakeMesh({
      killSwitch: { ...killSwitch, kv: [{ key: "global:kill_switch", mode: "all" }], effective: "all" },
    });
    const { stdout } = await runCli(["kill-switch", "show"], { mesh });

    expect(stdout).toContain("kill switch: ALL  (nothing executes but protective orders)");
    expect(stdout).toContain("entries since 10 min ago by operator: exchange maintenance");
    expect(stdout).toContain("global:kill_switch says all");
  });

  it("is unknown, and no answer, when it cannot be read", async () => {
    await using mesh = await startFakeMesh({
      killSwitch: { ...killSwitch, unread: ["KV is away"], note: "KV is away" },
    });
    const ran = await runCli(["kill-switch", "show"], { mesh });

    expect(ran.exitCode).toBe(3);
    expect(ran.stdout).toContain("kill switch: unknown (treated as ENTRIES)");
  });

  it("turns on with --yes, naming its target and plan first", async () => {
    await using mesh = await startFakeMesh({ setKillSwitch: killSwitch });
    const ran = await runCli(["kill-switch", "on", "--reason", "maintenance", "--cancel-entries", "--yes"], { mesh });

    expect(ran.exitCode).toBe(0);
    expect(ran.stderr).toMatch(/^target: .*\nplan: kill switch entries: .*cancelled/);
    expect(mesh.asked).toEqual([
      {
        line: "PUT /ops/kill-switch",
        query: {},
        body: { mode: "entries", reason: "maintenance", cancelEntries: true },
      },
    ]);
  });

  it.each([
    ["without a terminal to ask on", {}],
    ["when the person says no", { answer: "n" }],
  ])("changes nothing %s", async (_, options) => {
    await using mesh = await startFakeMesh({ setKillSwitch: killSwitch });
    const ran = await runCli(["kill-switch", "on", "--reason", "x"], { mesh, ...options });

    expect(ran).toMatchObject({ exitCode: 2, stdout: "" });
    expect(mesh.asked).toEqual([]);
  });

  it("needs a reason", async () => {
    expect((await runCli(["kill-switch", "on", "--yes"])).exitCode).toBe(2);
  });

  it("waits until nothing is in flight", async () => {
    const leg = { ledger: "main:paper", requestId: ID, clientOrderId: "x-e" };
    let looks = 0;
    await using mesh = await startFakeMesh({
      setKillSwitch: { ...killSwitch, inFlight: [leg], cancelling: 2 },
      killSwitch: () => ({ body: { ...killSwitch, inFlight: ++looks < 3 ? [leg] : [] } }),
    });
    const ran = await runCli(["kill-switch", "on", "--reason", "x", "--yes", "--wait"], { mesh });

    expect(ran).toMatchObject({
      exitCode: 0,
      stdout: expect.stringMatching(/cancelling +2 resting entries\n +in flight +nothing/),
    });
  });

  it("ends the stop that its plan shows, and no other", async () => {
    await using mesh = await startFakeMesh({ killSwitch, setKillSwitch: idle });
    const ran = await runCli(["kill-switch", "off", "--reason", "calm", "--yes"], { mesh });

    expect(ran.exitCode).toBe(0);
    expect(ran.stderr).toContain(
      "plan: kill switch off: ends entries since 10 min ago by operator: exchange maintenance",
    );
    expect(mesh.asked.at(-1)?.body).toEqual({
      mode: "off",
      reason: "calm",
      ifChangedAt: killSwitch.state.changedAt,
    });
  });

  it("ends whatever stands when nobody can read it", async () => {
    const state = { mode: "entries", reason: "the kill switch could not be read", by: "ops-worker" };
    await using mesh = await startFakeMesh({
      killSwitch: { ...killSwitch, state, unread: ["reset"] },
      setKillSwitch: idle,
    });
    await runCli(["kill-switch", "off", "--reason", "calm", "--yes"], { mesh });

    expect(mesh.asked.at(-1)?.body).toEqual({ mode: "off", reason: "calm" });
  });

  it("answers no when a KV key still says stop after off", async () => {
    await using mesh = await startFakeMesh({
      killSwitch,
      setKillSwitch: { ...idle, effective: "entries", note: "KV may linger for a minute" },
    });
    const ran = await runCli(["kill-switch", "off", "--yes"], { mesh });

    expect(ran).toMatchObject({ exitCode: 1, stdout: expect.stringContaining("KV may linger") });
  });
});

describe("hoox lanes", () => {
  const leg = {
    leg: "e",
    role: "entry",
    status: "in_doubt",
    clientOrderId: "tmo6wtj3pvf23g65fmgxwpolnu-e",
    filledQuantity: "0",
  };
  const { signal: view } = filledTrace.ledger;
  const doubtful = { ...view, state: "in_doubt", outcome: undefined, reason: "no reply", legs: [leg] };
  const trace = { ...runningTrace, ledger: { name: "main:paper", signal: doubtful } };
  const resolved = { ledger: "main:paper", signal: { ...view, reason: "Resolved by operator: seen." } };
  const words = ["lanes", "resolve", ID, "--outcome", "filled", "--reason", "seen"];

  it("lists what has not ended, with whole ids, and what could not be asked", async () => {
    await using mesh = await startFakeMesh({
      lanes: { lanes: [{ lane: view.lane, signals: [doubtful] }], problems: ["ledger alt:binance: reset"] },
    });
    const ran = await runCli(["lanes", "list"], { mesh });

    expect(ran.stdout).toMatch(new RegExp(`main:paper:BTCUSDT +12 +buy +in doubt +2 s ago +${ID} +no reply`));
    expect(ran.stderr).toContain("not asked: ledger alt:binance: reset");
    expect(ran.stderr).toContain("npx hoox lanes resolve");
  });

  it("resolves with --yes, naming its target and plan first", async () => {
    await using mesh = await startFakeMesh({ trace, resolveLane: resolved });
    const ran = await runCli([...words, "--quantity", "0.001", "--yes"], { mesh });

    expect(ran.exitCode).toBe(0);
    expect(ran.stderr).toMatch(/^target: .*\nplan: main:paper:BTCUSDT #12 .*entry.* counts as filled: 0\.001/);
    expect(ran.stdout).toMatch(/filled\nmain:paper:BTCUSDT #12 in ledger main:paper\nResolved by operator: seen\./);
    expect(mesh.asked.at(-1)).toMatchObject({
      line: "POST /ops/lanes/resolve",
      body: { requestId: ID, outcome: "filled", quantity: "0.001", reason: "seen" },
    });
  });

  it.each([
    ["filled", "emergency \\(tmo6wtj3pvf23g65fmgxwpolnu-x\\) counts as filled: all of it at 97"],
    ["rejected", "emergency .* is given up: the position stays, and nothing here guards or closes it"],
  ])("says of a position that is left to a person what the word %s does", async (outcome, does) => {
    const close = {
      ...leg,
      leg: "x",
      role: "emergency",
      status: "done",
      clientOrderId: "tmo6wtj3pvf23g65fmgxwpolnu-x",
    };
    const left = { ...view, legs: [{ ...leg, status: "done" }, close], inQuestion: "x" };
    const of = { ...runningTrace, ledger: { name: "main:paper", signal: left } };
    await using mesh = await startFakeMesh({ trace: of, resolveLane: resolved });
    const flags = ["--outcome", outcome, "--price", "97", "--reason", "seen", "--yes"];
    const ran = await runCli(["lanes", "resolve", ID, ...flags], { mesh });

    expect(ran.stderr).toMatch(new RegExp(`plan: main:paper:BTCUSDT #12 \\(buy\\): ${does}`));
  });

  it("answers no with the ledger's reason when it refuses", async () => {
    await using mesh = await startFakeMesh({
      trace,
      resolveLane: () => refusal(409, "None of its orders is in doubt."),
    });
    const ran = await runCli([...words, "--yes"], { mesh });

    expect(ran).toMatchObject({ exitCode: 1, stdout: "" });
    expect(ran.stderr).toContain("None of its orders is in doubt.");
  });

  it("changes nothing without a yes", async () => {
    await using mesh = await startFakeMesh({ trace, resolveLane: resolved });
    const ran = await runCli(words, { mesh });

    expect(ran).toMatchObject({ exitCode: 2, stdout: "" });
    expect(mesh.asked.map((each) => each.line)).toEqual([`GET /ops/traces/${ID}`]);
  });

  it("answers no when no ledger knows the signal", async () => {
    await using mesh = await startFakeMesh({ trace: { ...runningTrace, ledger: undefined } });

    expect((await runCli([...words, "--yes"], { mesh })).exitCode).toBe(1);
  });

  it.each([
    [["--outcome", "maybe", "--reason", "x"], "one of filled, rejected"],
    [["--outcome", "filled", "--reason", "x", "--price", "1,5"], '--price: "1,5" does not fit'],
    [["--outcome", "filled", "--reason", " "], "--reason must say something"],
  ])("takes only what makes sense: %j", async (flags, text) => {
    const ran = await runCli(["lanes", "resolve", ID, ...flags]);

    expect(ran.exitCode).toBe(2);
    expect(ran.stderr).toContain(text);
  });
});

describe("hoox dlq", () => {
  it("lists open letters with their whole ids and what was wrong", async () => {
    await using mesh = await startFakeMesh({ deadLetters: { deadLetters: [deadLetter()], open: 1, total: 1 } });
    const ran = await runCli(["dlq", "list", "--queue", "records"], { mesh });

    expect(ran.stdout).toContain(`${ID}/order.updated/3`);
    expect(ran.stdout).toContain("3 min ago");
    expect(ran.stdout).toContain("invalid_data: data.price: must be a plain decimal");
    expect(mesh.asked[0]?.query).toEqual({ queue: "records", status: "open", limit: "100" });
  });

  it("keeps ids whole on a narrow terminal", async () => {
    await using mesh = await startFakeMesh({ deadLetters: { deadLetters: [deadLetter()], open: 1, total: 1 } });
    const { stdout } = await runCli(["dlq", "list"], { mesh, columns: 80 });

    expect(stdout).toContain(`\n  ${ID}/order.updated/3\n  invalid_data: `);
  });

  it("says which classes there are", async () => {
    const ran = await runCli(["dlq", "list", "--class", "broken"]);

    expect(ran.exitCode).toBe(2);
    expect(ran.stderr).toContain("one of undecodable, no_handler");
  });
});

describe("hoox logs query", () => {
  it("asks for exactly what the flags say and prints a line each", async () => {
    await using mesh = await startFakeMesh({
      logs: { logs: [logRow({ severity: "error", worker: "d1-worker" })], next: 2 },
    });
    const ran = await runCli(
      ["logs", "query", "--worker", "d1-worker", "--level", "error", "--grep", "lane", "--since", "1h", "--limit", "5"],
      { mesh },
    );

    expect(mesh.asked[0]?.query).toEqual({
      worker: "d1-worker",
      level: "error",
      grep: "lane",
      since: "2026-11-23T11:00:00.000Z",
      limit: "5",
    });
    expect(ran.stdout).toBe(
      "11:59:58.000 d1-worker       alert.accepted       accepted as number 12 of its lane  9b1deb4d\n",
    );
  });

  it("is one JSON document even when nothing fits", async () => {
    await using mesh = await startFakeMesh({ logs: { logs: [], next: 0 } });

    expect(JSON.parse((await runCli(["logs", "query", "--json"], { mesh })).stdout)).toEqual({ logs: [] });
  });

  it("refuses a time that is none", async () => {
    expect((await runCli(["logs", "query", "--since", "yesterday"])).exitCode).toBe(2);
  });
});

describe("hoox queues depth", () => {
  it("gives times as text with --absolute", async () => {
    await using mesh = await startFakeMesh({ queues: { queues: status.queues } });

    expect((await runCli(["queues", "depth", "--absolute"], { mesh })).stdout).toContain("2026-11-23T11:58:00.000Z");
  });
});

describe("hoox db query", () => {
  it("prints rows as a table", async () => {
    await using mesh = await startFakeMesh({
      query: {
        rows: [
          { worker: "hoox", n: 2 },
          { worker: "d1-worker", n: null },
        ],
      },
    });

    expect(await runCli(["db", "query", "SELECT 1"], { mesh })).toEqual({
      exitCode: 0,
      stdout: "worker     n\nhoox       2\nd1-worker\n",
      stderr: "2 rows\n",
    });
  });

  it("fits a terminal, ids whole, and cuts nothing elsewhere", async () => {
    const row = { created_at: "2026-11-23T12:00:00.000Z", request_id: ID, worker: "hoox", message: "m".repeat(300) };
    await using mesh = await startFakeMesh({ query: { rows: [row] } });
    const [narrow, wide, piped] = [
      await runCli(["db", "query", "SELECT 1"], { mesh, columns: 70 }),
      await runCli(["db", "query", "SELECT 1"], { mesh, columns: 120 }),
      await runCli(["db", "query", "SELECT 1"], { mesh }),
    ];

    const widest = (text: string): number => Math.max(...text.split("\n").map((line) => line.length));
    expect([widest(narrow.stdout) <= 70, widest(wide.stdout) <= 120]).toEqual([true, true]);
    for (const ran of [narrow, wide, piped]) expect(ran.stdout).toContain(ID);
    expect(piped.stdout).toContain(row.message);
  });

  it("is {rows} with --json", async () => {
    await using mesh = await startFakeMesh({ query: { rows: [{ n: 2 }] } });

    expect(JSON.parse((await runCli(["db", "query", "SELECT 1", "--json"], { mesh })).stdout)).toEqual({
      rows: [{ n: 2 }],
    });
  });

  it("passes on why a statement was refused", async () => {
    await using mesh = await startFakeMesh({ query: () => refusal(400, "only reading statements", "send one SELECT") });
    const ran = await runCli(["db", "query", "DELETE FROM signals"], { mesh });

    expect(ran).toMatchObject({ exitCode: 2, stdout: "" });
    expect(ran.stderr).toMatch(/only reading statements \(400\) \[.*\]\nsend one SELECT\n/);
  });

  it("does not take the local mesh for the remote one", async () => {
    expect(await runCli(["db", "query", "SELECT 1", "--remote"])).toMatchObject({
      exitCode: 2,
      stderr: expect.stringContaining("no profile is active"),
    });
  });
});

describe("hoox check health", () => {
  const well = { status: "ok", version: "v1", dependencies: [] };
  const others = ["ledger-worker", "d1-worker", "telegram-worker", "trade-worker", "ops-worker"].map((worker) => ({
    worker,
    ...well,
  }));

  it("is healthy when all say so", async () => {
    await using mesh = await startFakeMesh({
      gateway: { body: { worker: "hoox", ...well } },
      health: { workers: others },
    });
    const ran = await runCli(["check", "health"], { mesh });

    expect(ran.exitCode).toBe(0);
    expect(ran.stdout.match(/ healthy /g)).toHaveLength(6);
  });

  it("names the Worker that is not deployed", async () => {
    await using mesh = await startFakeMesh({
      gateway: {
        status: 503,
        body: {
          worker: "hoox",
          status: "failing",
          version: "v1",
          dependencies: [{ name: "ledger-worker", status: "not_deployed" }],
        },
      },
      health: { workers: others.slice(1) },
    });
    const ran = await runCli(["check", "health", "--json"], { mesh });

    expect(ran.exitCode).toBe(1);
    expect(JSON.parse(ran.stdout)).toContainEqual(
      expect.objectContaining({ worker: "ledger-worker", status: "down", connectivity: "not deployed" }),
    );
    expect(JSON.parse(ran.stdout)).toContainEqual(
      expect.objectContaining({ worker: "d1-worker", status: "healthy", connectivity: "ok" }),
    );
  });

  it("calls degraded what answers but lacks another, and names that other", async () => {
    const missing = [{ name: "ledger-worker", status: "not_deployed" }];
    const lacking = (worker: string) => ({ worker, status: "failing", version: "v1", dependencies: missing });
    await using mesh = await startFakeMesh({
      gateway: { status: 503, body: lacking("hoox") },
      health: {
        workers: [...others.slice(1, 3), lacking("trade-worker"), lacking("ops-worker"), lacking("ledger-worker")],
      },
    });
    const ran = await runCli(["check", "health", "--json"], { mesh });
    const workers: { worker: string; status: string; error?: string }[] = JSON.parse(ran.stdout);

    expect(workers.map((each) => [each.worker, each.status])).toEqual([
      ["ledger-worker", "down"],
      ["d1-worker", "healthy"],
      ["telegram-worker", "healthy"],
      ["trade-worker", "degraded"],
      ["ops-worker", "degraded"],
      ["hoox", "degraded"],
    ]);
    expect(workers[3]?.error).toContain("ledger-worker");
  });
});
