import { describe, expect, it } from "vitest";
import type { Worker } from "#contracts/ids";
import type { JudgedLetter } from "#contracts/letter-view";
import type { Assessment } from "#contracts/revival";
import { FakeLetterDatabase } from "../../../../tooling/fakes/letter-database.ts";
import { verdictOf, type Judgement } from "./verdict.ts";

const NOW = new Date("2026-11-24T12:00:00.000Z");
const NEWER = "7b0e4a52-3c83-4d7e-8a49-5f1c2e9b6d33";
const later = new Date(NOW.getTime() + 1_000);

const record = (letter: Partial<JudgedLetter> = {}): JudgedLetter =>
  new FakeLetterDatabase().add({ id: "letter", queue: "records", ...letter });
const parked = (letter: Partial<JudgedLetter> = {}): JudgedLetter =>
  record({
    queue: "trade-signals",
    ledger: "main:paper",
    class: "bug",
    parked_by: "ledger-worker",
    worker_version: "ledger-1",
    effective: "unknown",
    ...letter,
  });
const signal = (of: Partial<Assessment> = {}): Assessment => ({
  requestId: "9b1deb4d-3b7d-4bad-9bdd-2b0d7b3dcb6d",
  state: "parked",
  uncertainLegs: [],
  generation: 0,
  validUntil: later,
  parkedVersion: "trade-1",
  ...of,
});
const mended = new Map<Worker, string>([
  ["trade-worker", "trade-2"],
  ["ledger-worker", "ledger-1"],
  ["d1-worker", "v1"],
]);
const unchanged = new Map<Worker, string>([...mended, ["trade-worker", "trade-1"]]);

function judge(letter: JudgedLetter, of?: Assessment | { problem: string }, running = mended): Judgement {
  return verdictOf({ letter, signal: of, running, now: NOW });
}

describe("a letter is", () => {
  it("safe when its cause was of the moment", () => {
    expect(judge(record())).toMatchObject({ verdict: "SAFE" });
    expect(judge(parked(), signal())).toMatchObject({ verdict: "SAFE" });
  });

  it("malformed when no contract reads it, when it names no ledger, or when its ledger never accepted it", () => {
    expect(judge(record({ unreadable: "data.queue: expected string" }))).toEqual({
      verdict: "MALFORMED",
      reason: "No contract of records reads it: data.queue: expected string.",
    });
    const { ledger: _, ...nowhere } = parked();
    expect(judge(nowhere)).toMatchObject({ verdict: "MALFORMED", reason: "It names no ledger." });
    expect(judge(parked(), signal({ state: "unknown" }))).toMatchObject({
      verdict: "MALFORMED",
      reason: expect.stringMatching(/never accepted/),
    });
  });

  it.each([
    ["its effect stands in the database", record({ effective: true }), undefined],
    ["a replay has sent it", record({ status: "replayed", replay_id: "r1" }), undefined],
    ["it was resolved", record({ status: "resolved" }), undefined],
    ["an operator discarded it", record({ status: "discarded" }), undefined],
    ["its signal has ended", parked(), signal({ state: "ended", outcome: "filled" })],
    ["its ledger works on it", parked(), signal({ state: "open" })],
  ])("a duplicate when %s", (_why, letter, of) => {
    expect(judge(letter, of)).toMatchObject({ verdict: "DUPLICATE" });
  });

  it("uncertain when an order may have reached the venue, or when its ledger does not answer", () => {
    expect(judge(parked(), signal({ uncertainLegs: ["e"] }))).toMatchObject({
      verdict: "UNCERTAIN",
      hint: expect.stringMatching(/hoox lanes resolve/),
    });
    expect(judge(parked(), signal({ state: "open", uncertainLegs: ["e"] }))).toMatchObject({ verdict: "UNCERTAIN" });
    expect(judge(parked(), { problem: "it did not answer" })).toMatchObject({
      verdict: "UNCERTAIN",
      reason: expect.stringMatching(/did not answer/),
    });
  });

  it("in need of a fix while the version that failed still runs, and safe after a deploy", () => {
    expect(judge(parked(), signal(), unchanged)).toEqual({
      verdict: "NEEDS_FIX",
      reason:
        "It would fail again: it failed in trade-worker trade-1 and ledger-worker ledger-1, and nothing newer runs.",
      hint: "deploy a trade-worker or ledger-worker that mends it, or force NEEDS_FIX",
    });
    expect(judge(parked(), signal(), mended)).toMatchObject({ verdict: "SAFE" });
    expect(judge(record({ class: "permanent" }))).toMatchObject({ verdict: "NEEDS_FIX" });
    expect(judge(record({ class: "permanent", worker_version: "v0" }))).toMatchObject({ verdict: "SAFE" });
  });

  it("in need of a fix while nobody can say what runs", () => {
    expect(judge(record({ class: "permanent" }), undefined, new Map())).toMatchObject({
      verdict: "NEEDS_FIX",
      reason: "It failed in d1-worker v1, and d1-worker did not say what runs now.",
    });
  });

  it("superseded when a newer signal of its lane has settled", () => {
    expect(judge(parked(), signal({ supersededBy: NEWER }))).toMatchObject({
      verdict: "SUPERSEDED",
      reason: expect.stringContaining(NEWER),
    });
  });

  it("stale from the end of its validity", () => {
    expect(judge(parked(), signal({ validUntil: NOW }))).toMatchObject({
      verdict: "STALE",
      reason: "It was valid until 2026-11-24T12:00:00.000Z.",
    });
  });
});

describe("of several verdicts", () => {
  it("the one that forbids most is given", () => {
    const everything = { uncertainLegs: ["e" as const], supersededBy: NEWER, validUntil: NOW };
    const steps: [JudgedLetter, Assessment, string][] = [
      [parked({ unreadable: "x" }), signal({ ...everything, state: "ended" }), "MALFORMED"],
      [parked(), signal({ ...everything, state: "ended" }), "DUPLICATE"],
      [parked(), signal(everything), "UNCERTAIN"],
      [parked(), signal({ ...everything, uncertainLegs: [] }), "NEEDS_FIX"],
      [parked({ class: "retries_exhausted" }), signal({ ...everything, uncertainLegs: [] }), "SUPERSEDED"],
      [parked({ class: "retries_exhausted" }), signal({ validUntil: NOW }), "STALE"],
    ];

    expect(steps.map(([letter, of]) => judge(letter, of, unchanged).verdict)).toEqual(
      steps.map(([, , verdict]) => verdict),
    );
  });
});
