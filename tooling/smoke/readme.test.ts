import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { ROOT } from "../sync/paths.ts";
import { areas } from "./areas/index.ts";

it("the README lists as unverified on a real account exactly what npm run smoke asks of one", () => {
  const [, section = ""] = /\n## Unverified on a real account\n([^]*?)(?=\n## )/.exec(readFile("README.md")) ?? [];
  const listed = (section.match(/^- \*\*[^]*?(?=\n-|\n\n|$(?![^]))/gm) ?? []).map((item) =>
    item.replaceAll(/\s+/g, " ").trim(),
  );

  expect(listed).toEqual(
    areas.map(({ name, assumptions }) => `- **${name}**: ${assumptions.map((each) => each.assumption).join("; ")}.`),
  );
});

function readFile(name: string): string {
  return readFileSync(join(ROOT, name), "utf8");
}
