import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { ROOT } from "../sync/paths.ts";
import { everything } from "./diagnose.ts";
import { checks } from "./list.ts";
import { checkViews, queuesApplied, repairViews, workerView } from "./views.ts";

const ids = checks.map(({ id }) => id);

describe("the list of checks", () => {
  it("has each once", () => {
    expect(new Set(ids).size).toBe(ids.length);
  });

  it("has every check that a view names", () => {
    const views = [...Object.values(checkViews), ...Object.values(repairViews), workerView("hoox"), queuesApplied];
    expect(views.flatMap((view): readonly string[] => view.checks).filter((id) => !ids.includes(id))).toEqual([]);
    expect(everything.checks).toEqual(ids);
  });

  it("is explained in docs/repair.md, check by check", () => {
    const guide = readFileSync(join(ROOT, "docs/repair.md"), "utf8");
    const table = guide.slice(guide.indexOf("## What is found"));
    expect(ids.filter((id) => !table.includes(`\`${id}\``))).toEqual([]);
  });
});
