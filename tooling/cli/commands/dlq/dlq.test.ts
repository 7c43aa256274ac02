import { describe, expect, it } from "vitest";
import { startFakeMesh } from "../../testing/fake-mesh.ts";
import { HASH, plannedLetter, replayPlan } from "../../testing/letters.ts";
import { runCli } from "../../testing/run-cli.ts";
import { deadLetter, ID } from "../../testing/samples.ts";

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
    await using mesh = await startFakeMesh({ deadLetters: { deadLetters: [deadLetter()], open: 1 } });
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
    await using mesh = await startFakeMesh({ deadLetters: { deadLetters: [deadLetter({ reason })], open: 1 } });
    const { stdout } = await runCli(["dlq", "list"], { mesh, columns: 80 });

    expect(stdout).toContain(`\n  ${LETTER}\n`);
    expect(Math.max(...stdout.split("\n").map((line) => line.length))).toBeLessThanOrEqual(80);
  });

  it.each([
    [[], 0, "no dead letters\n"],
    [["--queue", "records"], 3, "none fits; 3 open in all: npx hoox dlq list\n"],
  ])("says what to try when nothing fits: %j", async (flags, open, words) => {
    await using mesh = await startFakeMesh({ deadLetters: { deadLetters: [], open } });

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
    [["--status", "open"], "which letters?"],
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
