import { describe, expect, it } from "vitest";
import { instant } from "./time.ts";

describe("an instant", () => {
  it("is read from JSON as the Date that was written", () => {
    const at = new Date("2026-11-01T00:00:00.123Z");

    expect(instant.parse(JSON.parse(JSON.stringify(at)))).toEqual(at);
    expect(instant.parse(at)).toEqual(at);
  });

  it.each(["yesterday", 0, null, new Date(Number.NaN)])("is never guessed from %j", (value) => {
    expect(instant.safeParse(value).success).toBe(false);
  });
});
