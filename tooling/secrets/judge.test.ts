import { describe, expect, it } from "vitest";
import { workers, type Worker } from "#contracts/ids";
import { judge, type Judged, type Seen } from "./judge.ts";

const key = { name: "INTERNAL_KEY_BINDING", workers: [...workers], without: undefined };
const operator = { name: "OPERATOR_KEY_BINDING", workers: ["ops-worker", "hoox"] as Worker[], without: undefined };

function everyoneWith(proofs: readonly string[], others: Partial<Record<Worker, Partial<Seen>>> = {}): Seen[] {
  return workers.map((worker) => ({ worker, named: true, proofs, ...others[worker] }));
}

function statuses({ workers: all }: Judged): Record<string, string> {
  return Object.fromEntries(all.map(({ worker, status }) => [worker, status]));
}

const fine = Object.fromEntries(workers.map((worker) => [worker, "present"]));

describe("a shared secret", () => {
  it("is present where all have the same value", () => {
    expect(statuses(judge(key, everyoneWith(["a"]), undefined))).toEqual(fine);
  });

  it.each(workers)("differs on %s alone when it alone has another value", (worker) => {
    const judged = judge(key, everyoneWith(["a"], { [worker]: { proofs: ["b"] } }), undefined);
    expect(statuses(judged)).toEqual({ ...fine, [worker]: "differs" });
  });

  it("differs where it is not what this terminal knows it to be, though most have that", () => {
    const judged = judge(key, everyoneWith(["b"], { hoox: { proofs: ["a"] } }), ["a"]);
    expect(statuses(judged)).toEqual({
      ...Object.fromEntries(workers.map((each) => [each, "differs"])),
      hoox: "present",
    });
  });

  it("differs on both of two that have different values, each named in the other's words", () => {
    const seen: Seen[] = [
      { worker: "ops-worker", named: true, proofs: ["a"] },
      { worker: "hoox", named: true, proofs: ["b"] },
    ];
    expect(judge(operator, seen, undefined).workers).toMatchObject([
      { worker: "ops-worker", status: "differs", detail: expect.stringContaining("hoox") },
      { worker: "hoox", status: "differs", detail: expect.stringContaining("ops-worker") },
    ]);
  });

  it.each([
    ["old and then old,new", ["old"], ["old", "new"]],
    ["old,new and then new,old", ["old", "new"], ["new", "old"]],
    ["new,old and then new", ["new", "old"], ["new"]],
  ])("is present everywhere in the middle of a rotation, between %s", (_, before, after) => {
    const judged = judge(key, everyoneWith(before, { "d1-worker": { proofs: after } }), undefined);
    expect(statuses(judged)).toEqual(fine);
    expect(judged.rotating).toBe(true);
  });

  it("differs where a Worker sends what another does not accept yet", () => {
    const judged = judge(key, everyoneWith(["old"], { "d1-worker": { proofs: ["new", "old"] } }), undefined);
    expect(statuses(judged)).toEqual({ ...fine, "d1-worker": "differs" });
  });

  it.each<[string, Partial<Seen>]>([
    ["is not listed", { named: false, proofs: undefined }],
    ["is listed and proven by nothing", { named: true, proofs: [] }],
  ])("is missing on a Worker where it %s", (_, seen) => {
    const judged = judge(key, everyoneWith(["a"], { "trade-worker": seen }), undefined);
    expect(statuses(judged)).toEqual({ ...fine, "trade-worker": "missing" });
  });

  it("is present by its name alone where nobody could be asked for proofs, and was not compared", () => {
    const judged = judge(
      key,
      everyoneWith(["a"]).map((each) => ({ ...each, proofs: undefined })),
      undefined,
    );
    expect(statuses(judged)).toEqual(fine);
    expect(judged.compared).toBe(false);
  });

  it("is unknown on a Worker of which neither name nor proof could be had", () => {
    const judged = judge(key, everyoneWith(["a"], { hoox: { named: undefined, proofs: undefined } }), undefined);
    expect(statuses(judged)).toEqual({ ...fine, hoox: "unknown" });
  });
});

it("a secret that Hoox works without is optional while it is missing, and says what is so without it", () => {
  const token = {
    name: "TG_BOT_TOKEN_BINDING",
    workers: ["telegram-worker"] as Worker[],
    without: "it goes to the log",
  };
  const judged = judge(token, [{ worker: "telegram-worker", named: undefined, proofs: [] }], undefined);

  expect(judged.workers).toEqual([{ worker: "telegram-worker", status: "optional", detail: "it goes to the log" }]);
});
