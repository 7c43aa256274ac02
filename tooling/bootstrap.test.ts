import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { ROOT } from "./sync/paths.ts";

function bootstrap(...args: string[]): { status: number | null; stdout: string; stderr: string } {
  return spawnSync(process.execPath, [join(ROOT, "tooling", "bootstrap.mjs"), ...args], { encoding: "utf8" });
}

describe("the bootstrap", () => {
  it("says which scripts there are when it does not know one", () => {
    expect(bootstrap("strat")).toMatchObject({
      status: 2,
      stderr: expect.stringContaining("start, hoox, check, test"),
    });
  });

  it("imports nothing but Node's own, for it runs before anything is installed", () => {
    const files = ["bootstrap.mjs", "pinned-node.mjs", "cli/hoox.js"];
    const imported = files.flatMap((file) =>
      [...readFileSync(join(ROOT, "tooling", file), "utf8").matchAll(/from "([^"]+)"/g)].map((match) => match[1] ?? ""),
    );

    expect(imported.filter((each) => !each.startsWith("node:") && !each.includes("pinned-node.mjs"))).toEqual([]);
  });
});
