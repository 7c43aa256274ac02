import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { LetterAudit, LetterGroup, PlannedLetter, ReplayItem, ReplayJob, ReplayPlan } from "#contracts/replay";
import { fixtureWorker, Mesh, until } from "./mesh.ts";
import { mixedLetters, recordIds, type Mixed } from "./replays/mixed-letters.ts";
import { variantOf } from "./variant.ts";
import { bookOf } from "./venue.ts";

/** A letter in five is a signal, which a bug keeps from being sent. HOOX_TEST_LETTERS=1000 takes some minutes. */
const LETTERS = Number(process.env["HOOX_TEST_LETTERS"] ?? 200);

interface Shown {
  replay: ReplayJob;
  items: ReplayItem[];
}

describe("dead letters of five causes", () => {
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
  }, 120_000);
  afterAll(() => mesh.stop());

  it("are five groups", async () => {
    const { groups } = await mesh.ops<{ groups: LetterGroup[] }>("GET", "/ops/dead-letters/groups");

    expect(groups).toHaveLength(5);
    expect(groups.reduce((sum, { count }) => sum + count, 0)).toBe(LETTERS);
  });

  it("need a fix while the version that failed runs, which the plan names, and not after a deploy", async () => {
    const before = byVerdict(await plan());
    expect(before.get("NEEDS_FIX")?.length).toBe(mixed.signals.length);
    expect(before.get("NEEDS_FIX")?.[0]).toMatchObject({
      reason: expect.stringContaining("trade-worker poisoned"),
      hint: expect.stringContaining("deploy"),
    });

    await mesh.deploy("trade-worker");
    expect(byVerdict(await plan()).get("NEEDS_FIX")).toBeUndefined();
  });

  it("each get the right verdict", async () => {
    await mixed.supersede();
    await mixed.doubt();
    await until("the stale ones are past their validity", async () => Date.now() > mixed.staleAt);
    const planned = await plan();

    expect(Object.fromEntries(planned.letters.map(({ id, verdict }) => [id, verdict]))).toEqual(
      Object.fromEntries(await mixed.verdicts()),
    );
    expect(planned.problems).toBeUndefined();
    const stored = await mesh.ops<ReplayPlan>("POST", "/ops/dead-letters/plan", { ids: mixed.effective });
    expect(stored.summary).toEqual({ DUPLICATE: mixed.effective.length });
  });

  it("are executed once, the safe ones alone, though two terminals ask and the object dies halfway", async () => {
    const expected = [...(await mixed.verdicts())];
    const safe = expected.filter(([, verdict]) => verdict === "SAFE").map(([id]) => id);
    const booked = (await bookOf(mesh)).length;
    const body = { all: true, rate: 100 };
    const jobs = await Promise.all([create(body), create(body)]);
    await until("it is halfway", async () => {
      const shown = await Promise.all(jobs.map(({ id }) => show(id)));
      return shown.reduce((sum, { replay }) => sum + replay.counts.sent, 0) > safe.length / 2;
    });
    await kill();

    const ended = await Promise.all(
      jobs.map(({ id }) =>
        until(`replay ${id} is done`, async () => ((await show(id)).replay.state === "done" ? show(id) : undefined), {
          timeoutMs: 60_000,
        }),
      ),
    );
    const sent = ended.flatMap(({ items }) => items.filter(({ state }) => state === "sent").map(({ id }) => id));
    expect(sent.toSorted()).toEqual(safe.toSorted());
    await until(
      "every safe letter is resolved",
      async () => {
        const open = await mesh.rows("SELECT count(*) AS n FROM dead_letters WHERE status = 'replayed'");
        return open[0]?.["n"] === 0;
      },
      { timeoutMs: 60_000 },
    );
    const orders = (await bookOf(mesh)).slice(booked);
    expect(orders.map(({ symbol }) => symbol).toSorted()).toEqual(mixed.safeSymbols.toSorted());
    const rows = await mesh.rows("SELECT queue FROM queue_samples WHERE queue LIKE 'sample-%' LIMIT 1000");
    expect(new Set(rows.map((row) => row["queue"]))).toEqual(new Set(recordIds(mixed)));
  }, 120_000);

  it("leave audit rows with who, why and how many", async () => {
    const { entries } = await until("both ends are audited", async () => {
      const audit = await mesh.ops<{ entries: LetterAudit[] }>("GET", "/ops/dead-letters/audit");
      return audit.entries.filter(({ action }) => action === "replay.done").length === 2 ? audit : undefined;
    });

    expect(entries.filter(({ action }) => action === "replay.create")).toHaveLength(2);
    expect(entries[0]).toMatchObject({
      actor: "operator",
      reason: expect.stringMatching(/^\d+ executed, \d+ skipped, 0 failed, 0 not reached$/),
    });
  });

  async function plan(): Promise<ReplayPlan> {
    return mesh.ops<ReplayPlan>("POST", "/ops/dead-letters/plan", { all: true });
  }

  async function create(body: Record<string, unknown>): Promise<ReplayJob> {
    return (await mesh.ops<{ replay: ReplayJob }>("POST", "/ops/replays", body)).replay;
  }

  /** The object dies in the middle of a slice; its alarm brings it back. */
  async function kill(): Promise<void> {
    const life = (): Promise<string> => mesh.ops<string>("GET", "/ops/test/life");
    const before = await life();
    await mesh.ops("POST", "/ops/test/die", {});
    await until("it lives again", async () => (await life()) !== before);
  }

  async function show(id: string): Promise<Shown> {
    return mesh.ops<Shown>("GET", `/ops/replays/${id}?limit=1000`);
  }
});

function byVerdict({ letters }: ReplayPlan): Map<string, PlannedLetter[]> {
  return Map.groupBy(letters, ({ verdict }) => verdict);
}
