import { expect, it } from "vitest";
import { workers } from "#contracts/ids";
import { fingerprintsOf } from "./fingerprint.ts";

it("what a Worker is made from is the same word every time, alone or with others, and another for each", async () => {
  const all = await fingerprintsOf(workers);
  const alone = await fingerprintsOf(["ledger-worker"]);

  expect(new Set(all.values()).size).toBe(workers.length);
  expect(alone.get("ledger-worker")).toBe(all.get("ledger-worker"));
  for (const word of all.values()) expect(word).toMatch(/^[0-9a-f]{16}$/);
});
