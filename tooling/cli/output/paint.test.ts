import { expect, it } from "vitest";
import { workers } from "#contracts/ids";
import { paintWith } from "./paint.ts";

it("paints nothing in yellow or white, which nobody can read on a light terminal", () => {
  const { enabled: _, worker, ...meanings } = paintWith(true);
  const painted = [...Object.values(meanings), ...workers.map((name) => worker(name))].map((paint) => paint("x"));

  expect(painted.filter((text) => /\[(?:33|37|93|97)m/.test(text))).toEqual([]);
});
