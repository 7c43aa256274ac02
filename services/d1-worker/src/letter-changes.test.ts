import { describe, expect, it } from "vitest";
import { FakeD1 } from "../../../tooling/fakes/d1.ts";
import { discard, release, resolve, take } from "./letter-changes.ts";

const act = { at: "2026-11-01T09:30:00.000Z", by: "operator", reason: "fixed" };
const refs = [{ id: "m/1", parkedAt: act.at }];

describe("a change of letters among thousands", () => {
  it.each([
    ["take", take(refs, { ...act, replayId: "r1" })],
    ["discard", discard(refs, act)],
    ["release", release([{ id: "m/1", reason: "too late" }], { ...act, replayId: "r1" })],
    ["resolve", resolve([{ id: "m/1", reason: "stored" }], act.at)],
  ])("looks at none but those that it names: %s", (_, { sql, params }) => {
    const plan = FakeD1.migrated().rows(`EXPLAIN QUERY PLAN ${sql}`, ...params);

    const steps = plan.map((row) => String(row["detail"])).filter((detail) => detail.includes("dead_letters"));
    expect(steps).toEqual([expect.stringMatching(/^SEARCH dead_letters USING INDEX \S+ \(id=\?\)$/)]);
  });
});
