import { describe, expect, it } from "vitest";
import { HELD, HOLD_ENTRIES } from "#contracts/queue-hold";
import { HOLDS, whileHeld } from "./hold.ts";

const KEY = `${HOLD_ENTRIES}records`;

/** Answers these one after the other, the last one for ever. */
function configOf(...answers: (string | null | Error)[]) {
  const asked: string[] = [];
  return {
    asked,
    async get(key: string): Promise<string | null> {
      asked.push(key);
      const answer = answers.length > 1 ? answers.shift() : answers[0];
      if (answer instanceof Error) throw answer;
      return answer ?? null;
    },
  };
}

describe("a queue of a local mesh", () => {
  it("is delivered once its hold is gone, not before", async () => {
    const CONFIG = configOf(HELD, HELD, null);
    await whileHeld("records", { CONFIG, [HOLDS.name]: HOLDS.on });
    expect(CONFIG.asked).toEqual([KEY, KEY, KEY]);
  });

  it("is delivered when nobody can say whether it is held", async () => {
    const CONFIG = configOf(new Error("KV is away"));
    await whileHeld("records", { CONFIG, [HOLDS.name]: HOLDS.on });
    expect(CONFIG.asked).toEqual([KEY]);
  });
});

describe("a queue of an account", () => {
  it.each([{ [HOLDS.name]: "off" }, {}])("asks nothing of KV, whatever stands there: %j", async (vars) => {
    const CONFIG = configOf(HELD);
    await whileHeld("records", { CONFIG, ...vars });
    expect(CONFIG.asked).toEqual([]);
  });
});
