import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { ALIASES, plainName } from "./aliases.ts";
import { families } from "./families/index.ts";
import { protectionNamed } from "./protection-names.ts";

const text = readFileSync(fileURLToPath(new URL("../../../../docs/alerts.md", import.meta.url).href), "utf8");

function rowsUnder(heading: string): string[][] {
  const [, section = ""] = text.split(`\n## ${heading}\n`);
  const [own = ""] = section.split("\n## ");
  const lines = own.split("\n").filter((line) => line.startsWith("| ") && !line.startsWith("| ---"));
  return lines.slice(1).map((line) => line.slice(2, -2).split(" | "));
}

describe("docs/alerts.md", () => {
  it("shows the table of names as the code has it, row by row", () => {
    const shown = rowsUnder("Names").map(([, names = ""]) => [...names.matchAll(/`([^`]+)`/g)].map((each) => each[1]));

    expect(shown).toEqual(Object.values(ALIASES).map((names) => [...names]));
  });

  it("names every system whose alerts are recognised", () => {
    const shown = rowsUnder("Formats").map(([name = ""]) => name);

    for (const { name } of families) expect(shown.some((each) => each.startsWith(name))).toBe(true);
  });
});

describe("the table of names", () => {
  it("has every name under one part only, but for type, which may be either of two", () => {
    const all = Object.values(ALIASES).flatMap((names) => [...new Set(names.map(plainName))]);

    expect(all.filter((name, index) => all.indexOf(name) !== index)).toEqual(["type"]);
  });

  it.each(["stopLoss", "takeProfits"] as const)("has under %s only what is read as that", (kind) => {
    for (const name of ALIASES[kind]) expect(protectionNamed(plainName(name))).toMatchObject({ kind });
  });
});
