import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { LetterAudit, LetterGroup, PlannedLetter, ReplayJob, ReplayPlan } from "#contracts/replay";
import { CuttableLine } from "./cuttable-line.ts";
import { runHoox } from "./hoox.ts";
import { fixtureWorker, Mesh, until } from "./mesh.ts";
import { endStateOf, expectedEnd } from "./replays/end-state.ts";
import { mixedLetters, type Mixed } from "./replays/mixed-letters.ts";
import { keysTo, WatchingTerminal } from "./replays/watching-terminal.ts";
import { variantOf } from "./variant.ts";
import { bookOf } from "./venue.ts";

const FULL_SIZE = process.env["HOOX_TEST_LETTERS"];
/** A letter in five is a signal, which a bug keeps from being sent. */
const LETTERS = Number(FULL_SIZE ?? 100);
const REPLAY = ["dlq", "replay", "--all", "--yes", "--rate", "100"];

/** At full size there is an undisturbed run, too: both must end as expected, and so end alike. */
describe.each(FULL_SIZE === undefined ? ["disturbed"] : ["undisturbed", "disturbed"])("letters replayed %s", (how) => {
  let mesh: Mesh;
  let mixed: Mixed;
  beforeAll(async () => {
    const poisoned = await variantOf("trade-worker", { main: fixtureWorker("poisoned-trader.ts") });
    const mortal = await variantOf("ops-worker", { main: fixtureWorker("mortal-replays.ts") });
    mesh = await Mesh.start({
      replace: { "trade-worker": poisoned, "ops-worker": mortal },
      vars: { "ledger-worker": { ENTRY_VALIDITY_SECONDS: "900" } },
    });
    mixed = await mixedLetters(mesh, LETTERS);
  }, 180_000);
  afterAll(() => mesh.stop());

  it("have five causes", async () => {
    const { stdout } = await runHoox(["dlq", "group", "--status", "all", "--json"], keysTo(mesh.url.origin));
    const { groups } = JSON.parse(stdout) as { groups: LetterGroup[] };

    expect(groups).toHaveLength(5);
    expect(groups.reduce((sum, { count }) => sum + count, 0)).toBe(LETTERS);
  });

  it("need a fix while the version that failed runs, which the plan names, and not after a deploy", async () => {
    const before = byVerdict(await plan());
    expect(before.get("NEEDS_FIX")?.length).toBe(mixed.signals);
    expect(before.get("NEEDS_FIX")?.[0]).toMatchObject({
      reason: expect.stringContaining("trade-worker poisoned"),
      hint: expect.stringContaining("deploy"),
    });

    await mesh.deploy("trade-worker");
    expect(byVerdict(await plan()).get("NEEDS_FIX")).toBeUndefined();
  });

  it("are not executed by a plan that was right until a newer signal settled", async () => {
    const before = await plan();
    await mixed.supersede();

    const replay = await runHoox(["dlq", "replay", "--plan", before.hash], keysTo(mesh.url.origin));
    expect(replay).toMatchObject({ exitCode: 1, stdout: "" });
    expect(replay.stderr).toMatch(/the plan no longer holds: .*SUPERSEDED 0 → \d/);
    expect(await mesh.ops("GET", "/ops/replays")).toEqual({ replays: [] });
  });

  it("each get the right verdict", async () => {
    await until("the stale ones are past their validity", async () => Date.now() > mixed.staleAt, {
      timeoutMs: 60_000,
    });
    // Only now: a doubt does not last, for the venue is asked.
    await mixed.doubt();
    const planned = await plan();

    const named = planned.letters.map(({ id, requestId, verdict }) => [mixed.symbolOf(requestId) ?? id, verdict]);
    expect(Object.fromEntries(named)).toEqual(Object.fromEntries(mixed.verdicts()));
    expect(planned.problems).toBeUndefined();
    const stored = await mesh.ops<ReplayPlan>("POST", "/ops/dead-letters/plan", { ids: mixed.effective });
    expect(stored.summary).toEqual({ DUPLICATE: mixed.effective.length });
  });

  it("are executed once, the safe ones alone", { timeout: 300_000 }, async () => {
    const expected = expectedEnd(mixed, mixed.verdicts());
    const booked = (await bookOf(mesh)).length;

    const jobs = how === "undisturbed" ? [await undisturbed()] : await disturbed(executable());
    for (const { state } of jobs) expect(state).toBe("done");
    expect(jobs.reduce((sum, { counts }) => sum + counts.sent, 0)).toBe(executable());
    await until("every safe letter is resolved", async () => {
      const open = await mesh.rows("SELECT count(*) AS n FROM dead_letters WHERE status = 'replayed'");
      return open[0]?.["n"] === 0;
    });
    expect(await endStateOf(mesh, mixed, booked)).toEqual(expected);
  });

  it("leave audit rows with who, why and how many", async () => {
    const replays = how === "undisturbed" ? 1 : 2;
    const { entries } = await until("every end is audited", async () => {
      const audit = await mesh.ops<{ entries: LetterAudit[] }>("GET", "/ops/dead-letters/audit");
      return audit.entries.filter(({ action }) => action === "replay.done").length === replays ? audit : undefined;
    });

    expect(entries.filter(({ action }) => action === "replay.create")).toHaveLength(replays);
    expect(entries[0]).toMatchObject({
      actor: "operator",
      reason: expect.stringMatching(/^\d+ executed, \d+ skipped, 0 failed, 0 not reached$/),
    });
  });

  async function undisturbed(): Promise<ReplayJob> {
    const terminal = new WatchingTerminal(mesh.url.origin, REPLAY);
    expect(await terminal.ended).toMatchObject({ exitCode: 1, stderr: expect.not.stringContaining("rror:") });
    return ended(terminal);
  }

  /**
   * Two terminals ask for the same letters at once. One is killed while it watches, the other loses its connection,
   * and the object that replays dies, twice, before half of the letters are executed and after.
   */
  async function disturbed(safe: number): Promise<ReplayJob[]> {
    await using line = await CuttableLine.to(mesh.url);
    const killed = new WatchingTerminal(mesh.url.origin, REPLAY);
    const cutOff = new WatchingTerminal(line.url, REPLAY);
    await until("both watch", async () => killed.job && cutOff.job, { everyMs: 20 });
    await executed(1);
    line.cut();
    expect(await killed.kill()).toMatchObject({ exitCode: null });
    await die();
    await executed(safe / 2);
    await die();
    await until("the loss is noticed", async () => cutOff.stderr.includes("asking again"));
    line.mend();

    expect((await cutOff.ended).exitCode).toBe(1);
    expect(cutOff.stderr).toContain("connected again");
    const again = new WatchingTerminal(mesh.url.origin, ["dlq", "replay", "status", idOf(killed), "--watch"]);
    await again.ended;
    return [ended(cutOff), ended(again)];
  }

  function executable(): number {
    return [...mixed.verdicts().values()].filter((verdict) => verdict === "SAFE").length;
  }

  async function executed(least: number): Promise<void> {
    await until(
      `${least} letters are executed`,
      async () => {
        const { replays } = await mesh.ops<{ replays: ReplayJob[] }>("GET", "/ops/replays");
        return replays.reduce((sum, { counts }) => sum + counts.sent, 0) >= least;
      },
      { timeoutMs: 60_000, everyMs: 50 },
    );
  }

  /** The object dies in the middle of whatever it does; its alarm brings it back. */
  async function die(): Promise<void> {
    const life = (): Promise<string> => mesh.ops<string>("GET", "/ops/test/life");
    const before = await life();
    await mesh.ops("POST", "/ops/test/die", {});
    await until("it lives again", async () => (await life()) !== before);
  }

  async function plan(): Promise<ReplayPlan> {
    return mesh.ops<ReplayPlan>("POST", "/ops/dead-letters/plan", { all: true });
  }
});

function ended({ job }: WatchingTerminal): ReplayJob {
  if (!job) throw new Error("the terminal never showed a replay");
  return job;
}

function idOf(terminal: WatchingTerminal): string {
  return ended(terminal).id;
}

function byVerdict({ letters }: ReplayPlan): Map<string, PlannedLetter[]> {
  return Map.groupBy(letters, ({ verdict }) => verdict);
}
