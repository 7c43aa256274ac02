import { describe, expect, it } from "vitest";
import { refusal, startFakeMesh, type Script } from "../../testing/fake-mesh.ts";
import { HASH, plannedLetter, REPLAY, replayPlan } from "../../testing/letters.ts";
import { runCli } from "../../testing/run-cli.ts";
import { deadLetter, filledTrace, ID, logRow } from "../../testing/samples.ts";

const LETTER = `${ID}/order.updated/3`;

const group = {
  fingerprint: "93f1a0c5d2e4b678",
  queue: "records",
  class: "bug",
  error: "TypeError",
  reason: "Cannot read properties of undefined (reading 'price')",
  count: 312,
  firstAt: "2026-11-23T10:00:00.000Z",
  lastAt: "2026-11-23T11:57:00.000Z",
  example: LETTER,
  verdicts: { SAFE: 300, DUPLICATE: 12 },
};

describe("hoox dlq list", () => {
  it("combines filters, and takes the name of a dead-letter queue for that of its queue", async () => {
    await using mesh = await startFakeMesh({ deadLetters: { deadLetters: [deadLetter()], open: 1, total: 1 } });
    const filters = ["--queue", "records-dlq", "--since", "2h", "--until", "1h", "--class", "bug"];
    const more = ["--fingerprint", "f00d", "--lane", "main:paper:BTCUSDT", "--strategy", "scalper"];
    const ran = await runCli(["dlq", "list", ...filters, ...more, "--request-id", ID, "--status", "all"], { mesh });

    expect(ran.exitCode).toBe(0);
    expect(mesh.asked[0]?.query).toEqual({
      queue: "records",
      since: "2026-11-23T10:00:00.000Z",
      until: "2026-11-23T11:00:00.000Z",
      class: "bug",
      fingerprint: "f00d",
      lane: "main:paper:BTCUSDT",
      strategy: "scalper",
      requestId: ID,
      limit: "100",
    });
  });

  it("fits a terminal of 80 columns, with the id whole", async () => {
    const reason = "a reason that takes more words than a narrow terminal has room for in one line of it";
    await using mesh = await startFakeMesh({
      deadLetters: { deadLetters: [deadLetter({ reason })], open: 1, total: 1 },
    });
    const { stdout } = await runCli(["dlq", "list"], { mesh, columns: 80 });

    expect(stdout).toContain(`\n  ${LETTER}\n`);
    expect(Math.max(...stdout.split("\n").map((line) => line.length))).toBeLessThanOrEqual(80);
  });

  it.each([
    [[], 0, "no dead letters\n"],
    [["--queue", "records"], 3, "none fits; 3 open in all: npx hoox dlq list\n"],
  ])("says what to try when nothing fits: %j", async (flags, open, words) => {
    await using mesh = await startFakeMesh({ deadLetters: { deadLetters: [], open, total: 0 } });

    expect(await runCli(["dlq", "list", ...flags], { mesh })).toEqual({ exitCode: 0, stdout: "", stderr: words });
  });

  it.each([
    [["--queue", "recrods"], "did you mean records?"],
    [["--class", "bugs"], "did you mean bug?"],
    [["--status", "opne"], "did you mean open?"],
    [["--since", "yesterday"], '--since: "yesterday" is no time'],
    [["--until", "noon"], '--until: "noon" is no time'],
    [["--request-id", "9b1d"], "it takes a UUID"],
  ])("refuses %j", async (flags, words) => {
    const ran = await runCli(["dlq", "list", ...flags]);

    expect(ran).toMatchObject({ exitCode: 2, stdout: "" });
    expect(ran.stderr).toContain(words);
  });
});

describe("hoox dlq group", () => {
  it("tells per cause how many, since when, an example and the verdicts", async () => {
    await using mesh = await startFakeMesh({ deadLetterGroups: { groups: [group] } });
    const ran = await runCli(["dlq", "group", "--queue", "records"], { mesh, columns: 80 });

    expect(ran.stdout).toMatch(/^ *letters +cause +queue +class +first +last\n/);
    expect(ran.stdout).toMatch(/\n +312 +93f1a0c5d2e4b678 +records +bug +2 h ago +3 min ago\n/);
    expect(ran.stdout).toContain("\n  TypeError: Cannot read properties");
    expect(ran.stdout).toContain(`\n  300 SAFE, 12 DUPLICATE\n  ${LETTER}\n`);
    expect(ran.stderr).toContain("npx hoox dlq plan --fingerprint <cause> --queue records");
    expect(mesh.asked[0]?.query).toMatchObject({ queue: "records", status: "open" });
  });
});

describe("hoox dlq plan", () => {
  const letters = [
    plannedLetter(),
    plannedLetter({
      id: "9b1deb4d-0000-4bad-9bdd-2b0d7b3dcb6d",
      queue: "trade-signals",
      lane: "main:paper:BTCUSDT",
      verdict: "STALE",
      reason: "Its validity ended at 11:58:00.",
    }),
  ];

  it("tells each letter's verdict and reason, the sums and how to go on", async () => {
    await using mesh = await startFakeMesh({ planReplay: replayPlan(...letters) });
    const ran = await runCli(["dlq", "plan", "--class", "bug"], { mesh });

    expect(ran.exitCode).toBe(0);
    expect(ran.stdout).toMatch(
      /STALE +trade-signals +3 min ago +1 +main:paper:BTCUSDT .*Its validity ended at 11:58:00/,
    );
    expect(ran.stdout).toMatch(/\nSAFE +1 +nothing speaks against it/);
    expect(ran.stdout).toMatch(/\nSTALE +1 +its validity has passed +discard it, or .*--force STALE/);
    expect(ran.stderr).toContain(`npx hoox dlq replay --plan ${HASH}`);
    expect(mesh.asked[0]?.body).toEqual({ class: "bug" });
  });

  it("plans all that is open without a filter", async () => {
    await using mesh = await startFakeMesh({ planReplay: replayPlan() });
    const ran = await runCli(["dlq", "plan"], { mesh });

    expect(ran).toEqual({ exitCode: 0, stdout: "", stderr: "no open letters: nothing to plan\n" });
    expect(mesh.asked[0]?.body).toEqual({ all: true });
  });

  it("shows a terminal the first letters and counts all of them", async () => {
    await using mesh = await startFakeMesh({ planReplay: replayPlan(...letters) });
    const ran = await runCli(["dlq", "plan", "--limit", "1"], { mesh });

    expect(ran.stdout).not.toContain("trade-signals");
    expect(ran.stdout).toMatch(/\nSTALE +1/);
    expect(ran.stderr).toContain("1 more letters: --limit 2");
  });

  it("names ids that are no open letters, and ends with 1", async () => {
    await using mesh = await startFakeMesh({ planReplay: replayPlan(...letters) });
    const ran = await runCli(["dlq", "plan", LETTER, ID], { mesh });

    expect(ran.exitCode).toBe(1);
    expect(ran.stderr).toContain(`not open, or unknown: ${ID}`);
    expect(ran.stderr).toContain(`npx hoox dlq list --status all --request-id ${ID}`);
  });
});

describe("hoox dlq discard", () => {
  const script = {
    planReplay: replayPlan(plannedLetter(), plannedLetter({ id: "b", verdict: "DUPLICATE" })),
    discardLetters: { discarded: 2, kept: 0 },
  };

  it("shows the verdicts, warns of those that could be replayed, and goes on after a yes", async () => {
    await using mesh = await startFakeMesh(script);
    const ran = await runCli(["dlq", "discard", "--class", "bug", "--reason", "done by hand"], { mesh, answer: "y" });

    expect(ran).toMatchObject({ exitCode: 0, stdout: "2 discarded\n" });
    expect(ran.stderr).toContain("plan: discard 2 letters; 1 of them could be replayed");
    expect(mesh.asked.at(-1)?.body).toEqual({ class: "bug", reason: "done by hand" });
  });

  it("does nothing without a yes", async () => {
    await using mesh = await startFakeMesh(script);
    const words = ["dlq", "discard", LETTER, "--reason", "done by hand"];

    expect(await runCli(words, { mesh })).toMatchObject({ exitCode: 2, stdout: "" });
    expect(await runCli(words, { mesh, answer: "n" })).toMatchObject({ exitCode: 2, stdout: "" });
    expect(mesh.asked.map((each) => each.line)).not.toContain("POST /ops/dead-letters/discard");
  });

  it("ends with 1 when letters were kept", async () => {
    await using mesh = await startFakeMesh({ ...script, discardLetters: { discarded: 1, kept: 1 } });
    const ran = await runCli(["dlq", "discard", "--all", "--reason", "done", "--yes"], { mesh });

    expect(ran).toMatchObject({ exitCode: 1, stdout: "1 discarded; 1 have changed meanwhile and were kept\n" });
  });

  it.each([
    [[], "which letters?"],
    [[LETTER, "--class", "bug"], "give ids or filters, not both"],
    [["--all", "--class", "bug"], "--all means every open letter"],
  ])("takes no chances with %j", async (words, said) => {
    const ran = await runCli(["dlq", "discard", ...words, "--reason", "why", "--yes"]);

    expect(ran).toMatchObject({ exitCode: 2, stdout: "", stderr: expect.stringContaining(said) });
  });
});

describe("hoox dlq restore", () => {
  it("asks until nothing remains", async () => {
    const replies = [
      { restored: 200, remaining: 50 },
      { restored: 50, remaining: 0 },
    ];
    await using mesh = await startFakeMesh({ restoreLetters: () => ({ body: replies.shift() }) });
    const ran = await runCli(["dlq", "restore"], { mesh });

    expect(ran).toMatchObject({ exitCode: 0, stdout: "250 restored\n" });
    expect(ran.stderr).toContain("200 restored, 50 to go");
  });

  it("stops and ends with 1 when what remains does not come back", async () => {
    await using mesh = await startFakeMesh({ restoreLetters: { restored: 0, remaining: 2 } });

    expect(await runCli(["dlq", "restore"], { mesh })).toMatchObject({
      exitCode: 1,
      stdout: "0 restored; 2 stay in the archive\n",
    });
  });
});

describe("hoox dlq audit", () => {
  it("tells who did what, when and why", async () => {
    const entry = {
      at: "2026-11-23T11:57:00.000Z",
      actor: "operator",
      action: "letters.discarded",
      target: "12 letters",
      reason: "done by hand",
      requestId: ID,
    };
    await using mesh = await startFakeMesh({ deadLetterAudit: { entries: [entry] } });
    const ran = await runCli(["dlq", "audit"], { mesh });

    expect(ran.stdout).toMatch(/3 min ago +operator +letters\.discarded +12 letters +done by hand/);
  });
});

describe("hoox dlq show", () => {
  const history = [
    {
      what: "parked",
      at: "2026-11-23T11:57:00.000Z",
      attempts: 9,
      generation: 0,
      class: "bug",
      error: "TypeError",
      by: "d1-worker",
      version: "v7",
    },
    { what: "replayed", at: "2026-11-23T11:58:00.000Z", by: "operator", reason: "v8 mends it", replayId: REPLAY },
    { what: "parked", at: "2026-11-23T11:59:00.000Z", attempts: 1, generation: 1, class: "bug", error: "TypeError" },
  ];
  const shown = (change: Parameters<typeof deadLetter>[0] = {}): Script => ({
    deadLetter: ({ params }) => ({
      body: {
        deadLetter: deadLetter({ id: params["id"] ?? "", ...change }),
        body: { price: "1,5" },
        history,
        story: [logRow({ worker: "d1-worker", severity: "error", event: "record.failed", message: "no such column" })],
      },
    }),
    planReplay: replayPlan(
      plannedLetter({ verdict: "NEEDS_FIX", reason: "d1-worker still runs v7.", hint: "deploy d1-worker" }),
    ),
    trace: filledTrace,
  });

  it("tells why it died, each of its lives, what the logs know, its request, its verdict and its body", async () => {
    await using mesh = await startFakeMesh(shown({ class: "bug", generation: 1, attempts: 10 }));
    const ran = await runCli(["dlq", "show", LETTER], { mesh, columns: 80 });

    expect(ran.exitCode).toBe(0);
    expect(ran.stdout).toMatch(new RegExp(`^${LETTER}\nstatus +open\ndied of +bug, invalid_data, cause f00d\n`));
    expect(ran.stdout).toMatch(/tries +10 in 2 lives/);
    expect(ran.stdout).toMatch(/request +9b1deb4d.*: its signal ended as filled,\n +filled 0\.001 at 65000/);
    expect(ran.stdout).toMatch(/verdict +NEEDS_FIX: d1-worker still runs v7\.\nto do +deploy d1-worker\n/);
    expect(ran.stdout).toMatch(/history\n +3 min ago +parked after 9 tries by d1-worker v7: TypeError\n/);
    expect(ran.stdout).toMatch(/2 min ago +replayed by operator: v8 mends it/);
    expect(ran.stdout).toMatch(/1 min ago +parked again, life 2, after 1 try: TypeError\n/);
    expect(ran.stdout).toMatch(/what the logs know\n.*d1-worker +record\.failed +no such column/);
    expect(ran.stdout).toContain('"price": "1,5"');
    expect(ran.stderr).toContain(`npx hoox trace ${ID}`);
  });

  it("judges no letter that is not open", async () => {
    await using mesh = await startFakeMesh(shown({ status: "discarded" }));
    const ran = await runCli(["dlq", "show", LETTER], { mesh });

    expect(ran.stdout).toMatch(/status +discarded/);
    expect(mesh.asked.map(({ line }) => line)).not.toContain("POST /ops/dead-letters/plan");
  });

  it("shows what it can when the rest does not answer", async () => {
    const away = () => refusal(503, "the ledger is away");
    await using mesh = await startFakeMesh({ ...shown(), planReplay: away, trace: away });
    const ran = await runCli(["dlq", "show", LETTER], { mesh });

    expect(ran.exitCode).toBe(0);
    expect(ran.stdout).toContain('"price": "1,5"');
    for (const what of ["the verdict", "its request"])
      expect(ran.stderr).toContain(`not asked: ${what}: the ledger is away`);
  });

  it("gives scripts all of it in one document", async () => {
    await using mesh = await startFakeMesh(shown());
    const document: unknown = JSON.parse((await runCli(["dlq", "show", LETTER, "--json"], { mesh })).stdout);

    expect(document).toMatchObject({
      deadLetter: { id: LETTER },
      body: { price: "1,5" },
      history: [{ what: "parked" }, { what: "replayed" }, { what: "parked" }],
      planned: { verdict: "NEEDS_FIX" },
      request: { outcome: "filled", ended: true },
    });
  });
});
