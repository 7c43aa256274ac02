import { describe, expect, it } from "vitest";
import { createRefusalMemory } from "./refusal-memory.ts";

describe("what an isolate remembers of refusals", () => {
  it("knows a cause only once per window", () => {
    const memory = createRefusalMemory();

    expect([memory.firstOf("a", 1), memory.firstOf("a", 1), memory.firstOf("b", 1), memory.firstOf("a", 2)]).toEqual([
      true,
      false,
      true,
      true,
    ]);
  });

  it("stays small however many causes there are", () => {
    const memory = createRefusalMemory();
    for (let index = 0; index < 2_000; index += 1) memory.firstOf(`cause ${index}`, 1);

    expect(memory.firstOf("cause 0", 1)).toBe(true);
  });

  it("makes one log line of many refusals and says how many they were", () => {
    const memory = createRefusalMemory();
    const at = (seconds: number): Date => new Date(1_795_442_700_000 + seconds * 1_000);

    expect([
      memory.count("unauthorized", at(0)),
      memory.count("unauthorized", at(1)),
      memory.count("unauthorized", at(2)),
    ]).toEqual([1, undefined, undefined]);
    expect(memory.count("unauthorized", at(11))).toBe(3);
  });
});
