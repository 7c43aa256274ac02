import { stripVTControlCharacters } from "node:util";
import { describe, expect, it } from "vitest";
import type { ReplayJob } from "#contracts/replay";
import { refusal, startFakeMesh, type Script } from "../../testing/fake-mesh.ts";
import { HASH, plannedLetter, REPLAY, replayJob, replayPlan } from "../../testing/letters.ts";
import { runCli, stopper } from "../../testing/run-cli.ts";
import { ID } from "../../testing/samples.ts";

const LETTER = `${ID}/order.updated/3`;
const stale = plannedLetter({ id: "stale", verdict: "STALE" });
const done = replayJob({ state: "done", counts: { pending: 0, sent: 40, resolved: 40 } });
const half = replayJob({ counts: { pending: 20, sent: 20, resolved: 15 } });

type Look = ReplayJob | ReturnType<typeof refusal>;

/** A mesh that starts every replay, and shows it like this, look by look; the last look stays. */
function replaying(...looks: Look[]): Script {
  const left = [...looks];
  return {
    planReplay: replayPlan(plannedLetter(), stale),
    createReplay: { replay: replayJob({ state: "queued" }) },
    replay: () => {
      const [look] = left.length > 1 ? left.splice(0, 1) : left;
      return look && "status" in look ? look : { body: { replay: look, items: [] } };
    },
  };
}

function created(mesh: { asked: { line: string; body: unknown }[] }): unknown {
  return mesh.asked.find(({ line }) => line === "POST /ops/replays")?.body;
}

describe("hoox dlq replay", () => {
  it("shows the plan of a filter, asks, starts exactly that plan and watches it to its end", async () => {
    await using mesh = await startFakeMesh(replaying(half, done));
    const ran = await runCli(["dlq", "replay", "--class", "bug", "--rate", "100"], { mesh, answer: "y" });

    expect(ran.exitCode).toBe(0);
    expect(ran.stderr).toMatch(/^target: .*\nverdict +letters +meaning/);
    expect(ran.stderr).toContain("plan: execute 1 of 2 letters");
    expect(created(mesh)).toEqual({
      class: "bug",
      id: expect.stringMatching(/^[0-9a-f-]{36}$/),
      planHash: HASH,
      rate: 100,
      force: [],
    });
    expect(ran.stdout).toMatch(/^12:00:00 queued 0 of 40: 0 resolved; it waits for its turn\n/);
    expect(ran.stdout).toMatch(/\n12:00:00 running 20 of 40: 15 resolved, 5 on their way\n/);
    expect(ran.stdout).toMatch(/\n12:00:01 done 40 of 40: 40 resolved\n/);
    expect(ran.stdout).toMatch(/\nreplay +0c2e8f6a.*\nstate +done/);
  });

  it("starts nothing without a yes", async () => {
    await using mesh = await startFakeMesh(replaying(done));

    expect((await runCli(["dlq", "replay", "--class", "bug"], { mesh, answer: "n" })).exitCode).toBe(2);
    const piped = await runCli(["dlq", "replay", "--all"], { mesh });
    expect(piped).toMatchObject({ exitCode: 2, stdout: "", stderr: expect.stringContaining("add --yes") });
    expect(created(mesh)).toBeUndefined();
  });

  it("asks nothing for letters that are named", async () => {
    await using mesh = await startFakeMesh({ ...replaying(done), planReplay: replayPlan(plannedLetter()) });
    const ran = await runCli(["dlq", "replay", LETTER], { mesh });

    expect(ran.exitCode).toBe(0);
    expect(created(mesh)).toMatchObject({ ids: [LETTER], rate: 20 });
  });

  it("starts a plan by its hash alone", async () => {
    await using mesh = await startFakeMesh(replaying(done));
    const ran = await runCli(["dlq", "replay", "--plan", HASH], { mesh });

    expect(ran.exitCode).toBe(0);
    expect(mesh.asked.map(({ line }) => line)).not.toContain("POST /ops/dead-letters/plan");
    expect(created(mesh)).toMatchObject({ planHash: HASH });
  });

  it("passes on that a plan holds no longer", async () => {
    const changed = refusal(409, "the plan holds no longer: 2 letters are STALE by now", "plan again");
    await using mesh = await startFakeMesh({ ...replaying(done), createReplay: () => changed });
    const ran = await runCli(["dlq", "replay", "--plan", HASH], { mesh });

    expect(ran).toMatchObject({ exitCode: 1, stdout: "" });
    expect(ran.stderr).toMatch(/2 letters are STALE by now.*\nplan again/);
  });

  it("forces with a reason, and counts what is forced as executed", async () => {
    await using mesh = await startFakeMesh(replaying(done));
    const words = ["--class", "bug", "--force", "stale", "--force", "NEEDS_FIX", "--reason", "the price is back"];
    const ran = await runCli(["dlq", "replay", ...words, "--yes"], { mesh });

    expect(ran.stderr).toContain("plan: execute 2 of 2 letters");
    expect(created(mesh)).toMatchObject({ force: ["STALE", "NEEDS_FIX"], reason: "the price is back" });
  });

  it.each([
    [["--all", "--force", "STALE"], "--force needs a --reason"],
    [["--all", "--force", "STALLE", "--reason", "x"], "did you mean STALE?"],
    [
      ["--all", "--force", "UNCERTAIN", "--reason", "x"],
      "an order of it may have been executed; no reason is good enough",
    ],
    [["--all", "--force", "DUPLICATE", "--reason", "x"], "its effect has happened already; no reason"],
    [["--all", "--force", "SAFE", "--reason", "x"], "they are executed without it"],
    [["--all", "--rate", "501"], "no whole number from 1 to 500"],
    [[], "which letters?"],
    [[LETTER, "--all"], "give ids or filters, not both"],
  ])("refuses %j", async (words, said) => {
    const ran = await runCli(["dlq", "replay", ...words, "--yes"]);

    expect(ran).toMatchObject({ exitCode: 2, stdout: "", stderr: expect.stringContaining(said) });
  });

  it("ends with 1 when nothing may be executed, and says why", async () => {
    await using mesh = await startFakeMesh({ ...replaying(done), planReplay: replayPlan(stale) });
    const ran = await runCli(["dlq", "replay", "--class", "bug", "--yes"], { mesh });

    expect(ran).toMatchObject({ exitCode: 1, stdout: "" });
    expect(ran.stderr).toMatch(/STALE +1 +its validity has passed/);
    expect(created(mesh)).toBeUndefined();
  });

  it("has nothing to do when no letter fits", async () => {
    await using mesh = await startFakeMesh({ ...replaying(done), planReplay: replayPlan() });

    expect(await runCli(["dlq", "replay", "--class", "bug", "--yes"], { mesh })).toMatchObject({
      exitCode: 0,
      stdout: "",
      stderr: expect.stringContaining("no open letter fits: nothing to replay"),
    });
  });

  it.each<[string, ReplayJob]>([
    ["skipped", replayJob({ state: "done", skipped: { STALE: 2 }, counts: { pending: 0, sent: 38, skipped: 2 } })],
    ["stopped", replayJob({ state: "stopped", stoppedBecause: "3 died again", counts: { sent: 6, diedAgain: 3 } })],
    ["cancelled", replayJob({ state: "cancelled", counts: { pending: 30, sent: 10 } })],
    ["died again", replayJob({ state: "done", counts: { pending: 0, sent: 40, resolved: 39, diedAgain: 1 } })],
  ])("ends with 1 when some were not executed: %s", async (words, job) => {
    await using mesh = await startFakeMesh(replaying(job));
    const ran = await runCli(["dlq", "replay", "--class", "bug", "--yes"], { mesh });

    expect(ran.exitCode).toBe(1);
    expect(ran.stdout).toContain(words);
  });

  it("prints a document per change with --json", async () => {
    await using mesh = await startFakeMesh(replaying(half, half, done));
    const ran = await runCli(["dlq", "replay", "--class", "bug", "--yes", "--json"], { mesh });
    const documents = ran.stdout
      .trimEnd()
      .split("\n")
      .map((line): unknown => JSON.parse(line));

    expect(documents).toEqual([{ replay: replayJob({ state: "queued" }) }, { replay: half }, { replay: done }]);
  });
});

describe("a replay that is watched on a terminal", () => {
  const screen = (columns: number) => () => ({ columns, rows: 24 });

  it.each([80, 40])("is redrawn in place in %i columns and leaves what came of it", async (columns) => {
    const waiting = replayJob({
      state: "waiting",
      waitingFor: "records has 1200 messages",
      counts: { pending: 30, sent: 10 },
    });
    await using mesh = await startFakeMesh(replaying(half, waiting, done));
    const { stdout } = await runCli(["dlq", "replay", "--all", "--yes"], { mesh, screen: screen(columns), columns });
    const [pictures = "", ending = ""] = stdout.split("\u001B[J\u001B[?25h");

    expect(pictures).toContain("running");
    expect(pictures).toContain("20 of 40  50 %");
    expect(pictures).toContain("it waits: records has 1200");
    const lines = pictures.split("\u001B[?25l").flatMap((each) => stripVTControlCharacters(each).trim().split("\r\n"));
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(columns);
    expect(ending).toMatch(/^replay +0c2e8f6a/);
  });

  it("says how fast it is, and how long it will take", async () => {
    const slow = [10, 20, 30].map((sent) => replayJob({ counts: { pending: 40 - sent, sent } }));
    await using mesh = await startFakeMesh(replaying(...slow, done));
    const { stdout } = await runCli(["dlq", "replay", "--all", "--yes"], { mesh, screen: screen(80), columns: 80 });

    expect(stdout).toContain("30 of 40  75 %  20/s, 1 s left");
  });
});

describe("a replay that is lost from sight", () => {
  it("goes on after Ctrl-C, and says how to look again", async () => {
    const ctrlC = stopper();
    const script = replaying(half);
    const look = script.replay;
    const stopping: Script["replay"] = (asked) => {
      ctrlC.stop();
      return typeof look === "function" ? look(asked) : { body: look };
    };
    await using mesh = await startFakeMesh({ ...script, replay: stopping });
    const ran = await runCli(["dlq", "replay", "--class", "bug", "--yes"], { mesh, ...ctrlC });

    expect(ran.exitCode).toBe(1);
    expect(ran.stderr).toMatch(/goes on in the mesh; look again: npx hoox dlq replay status [0-9a-f-]{36} --watch/);
    expect(mesh.asked.map(({ line }) => line).filter((line) => line.endsWith("/cancel"))).toEqual([]);
  });

  it("is found again when the connection comes back", async () => {
    const away = refusal(503, "ops-worker is away");
    await using mesh = await startFakeMesh(replaying(half, away, away, done));
    const ran = await runCli(["dlq", "replay", "--class", "bug", "--yes"], { mesh });

    expect(ran.exitCode).toBe(0);
    expect(ran.stderr).toMatch(/ops-worker is away.*asking again in 1\.0 s/);
    expect(ran.stderr).toContain("connected again");
    expect(ran.stdout).toContain("done 40 of 40");
  });

  it("is started once when the answer to its start is lost", async () => {
    const script = replaying(done);
    let answers = 0;
    const lost: Script["createReplay"] = () =>
      ++answers === 1 ? refusal(503, "ops-worker was killed") : { body: { replay: replayJob() } };
    await using mesh = await startFakeMesh({ ...script, createReplay: lost });
    const ran = await runCli(["dlq", "replay", "--class", "bug", "--yes"], { mesh });
    const ids = mesh.asked.flatMap(({ line, body }) => (line === "POST /ops/replays" ? [Object(body).id] : []));

    expect(ran.exitCode).toBe(0);
    expect(ids).toHaveLength(2);
    expect(new Set(ids).size).toBe(1);
  });

  it("ends with 3 when the mesh stays away, and says how to look again", async () => {
    await using mesh = await startFakeMesh(replaying(half, refusal(503, "ops-worker is away")));
    const ran = await runCli(["dlq", "replay", "--class", "bug", "--yes"], { mesh });

    expect(ran.exitCode).toBe(3);
    expect(ran.stderr).toMatch(/lost sight of replay .*\n.*npx hoox dlq replay status [0-9a-f-]{36} --watch/);
  });
});

describe("hoox dlq replay status", () => {
  it("lists replays", async () => {
    await using mesh = await startFakeMesh({ replays: { replays: [half] } });
    const ran = await runCli(["dlq", "replay", "status"], { mesh });

    expect(ran.stdout).toMatch(/now +running +20 of 40 +0c2e8f6a/);
  });

  it("tells of one why letters were not executed", async () => {
    const item = { position: 3, id: LETTER, requestId: ID, queue: "records", fingerprint: "f" };
    const skipped = { ...item, state: "skipped", verdict: "STALE", reason: "Its validity ended at 11:58:00." };
    await using mesh = await startFakeMesh({
      replay: ({ query }) => ({ body: { replay: half, items: query["state"] === "skipped" ? [skipped] : [] } }),
    });
    const ran = await runCli(["dlq", "replay", "status", REPLAY], { mesh });

    expect(ran.exitCode).toBe(0);
    expect(ran.stdout).toMatch(/skipped +STALE +records .*Its validity ended/);
  });

  it("watches the one that goes on, with its exit code", async () => {
    await using mesh = await startFakeMesh({ ...replaying(half, done), replays: { replays: [done, half] } });
    const ran = await runCli(["dlq", "replay", "status", "--watch"], { mesh });

    expect(ran.exitCode).toBe(0);
    expect(ran.stdout).toContain("done 40 of 40");
  });
});

describe("hoox dlq replay pause, resume and cancel", () => {
  it.each(["pause", "resume", "cancel"])("%ss the one that goes on", async (verb) => {
    const reply = { replay: replayJob({ state: verb === "cancel" ? "cancelled" : "paused" }) };
    const script: Script = { pauseReplay: reply, resumeReplay: reply, cancelReplay: reply };
    await using mesh = await startFakeMesh({ ...script, replays: { replays: [done, half] } });
    const ran = await runCli(["dlq", "replay", verb, "--reason", "because"], { mesh });

    expect(ran.exitCode).toBe(0);
    expect(mesh.asked.at(-1)).toMatchObject({
      line: `POST /ops/replays/${REPLAY}/${verb}`,
      body: { reason: "because" },
    });
  });

  it("says that none goes on, or which ones do", async () => {
    await using idle = await startFakeMesh({ replays: { replays: [done] } });
    await using busy = await startFakeMesh({ replays: { replays: [half, replayJob({ state: "queued" })] } });

    expect(await runCli(["dlq", "replay", "pause"], { mesh: idle })).toMatchObject({
      exitCode: 1,
      stderr: expect.stringContaining("no replay is going on"),
    });
    expect(await runCli(["dlq", "replay", "pause"], { mesh: busy })).toMatchObject({
      exitCode: 2,
      stderr: expect.stringContaining("which one? 2 replays"),
    });
  });

  it("passes on that it has ended", async () => {
    await using mesh = await startFakeMesh({ pauseReplay: () => refusal(409, "this replay has ended") });

    expect(await runCli(["dlq", "replay", "pause", REPLAY], { mesh })).toMatchObject({
      exitCode: 1,
      stderr: expect.stringContaining("this replay has ended"),
    });
  });
});
