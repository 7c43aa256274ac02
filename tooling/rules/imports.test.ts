import { globSync, readFileSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { describe, expect, it } from "vitest";

const root = resolve(import.meta.dirname, "../..");
const sources = globSync("{contracts,queues,services,tooling}/**/*.ts", { cwd: root, exclude: ["**/node_modules/**"] });

/** Where a file belongs: `contracts`, `queues`, `services/hoox`, `tooling/cli`, … */
function areaOf(path: string): string {
  const [top = "", second = ""] = path.split("/");
  return top === "services" || top === "tooling" ? `${top}/${second}` : top;
}

/** The areas of this repository that a file imports from, types included. */
function importedAreas(path: string): string[] {
  const text = readFileSync(join(root, path), "utf8");
  const specifiers = [...text.matchAll(/(?:from|import)\s*\(?\s*"([^"]+)"/g)].flatMap((match) => match[1] ?? []);
  return specifiers.flatMap((specifier) => {
    if (specifier.startsWith("#contracts/")) return ["contracts"];
    if (specifier.startsWith("#queues/")) return ["queues"];
    if (specifier.startsWith("#runtime/")) return ["services/_runtime"];
    if (specifier.startsWith(".")) return [areaOf(relative(root, resolve(root, dirname(path), specifier)))];
    return [];
  });
}

function mayImport(path: string, area: string): boolean {
  const own = areaOf(path);
  if (area === own || area === "contracts") return true;
  // Wire samples are checked against the registry, which names every contract.
  const isTest = path.endsWith(".test.ts") || path.includes("/testing/");
  if (isTest && (area === "tooling/fakes" || area === "queues")) return true;
  if (own === "contracts") return false;
  if (own === "queues") return false;
  if (own === "services/_runtime") return area === "queues";
  if (own.startsWith("services/")) return area === "queues" || area === "services/_runtime";
  // The fake Binance fills orders with the paper exchange's engine.
  if (path.startsWith("tooling/fakes/binance/")) return area === "services/trade-worker" || area === "tooling/fakes";
  // What the database keeps, and for how long, is d1-worker's word.
  if (path === "tooling/scale/main.ts" && area === "services/d1-worker") return true;
  if (area.startsWith("services/")) return ["tooling/sim", "tooling/system"].includes(own);
  return own.startsWith("tooling/");
}

describe("imports", () => {
  it("go only from the outside in: contracts ← queues ← services/_runtime ← services/x, tooling around them", () => {
    const wrong = sources.flatMap((path) =>
      importedAreas(path)
        .filter((area) => !mayImport(path, area))
        .map((area) => `${path} → ${area}`),
    );
    expect(wrong).toEqual([]);
  });

  it("are found at all", () => {
    expect(importedAreas("queues/consumer.ts")).toContain("contracts");
    expect(mayImport("services/hoox/src/index.ts", "services/trade-worker")).toBe(false);
    expect(mayImport("tooling/cli/main.ts", "services/hoox")).toBe(false);
  });
});

/** Every module that is loaded with this one, by its path, and every package; types are not. */
function loadedWith(path: string, loaded = new Set<string>()): Set<string> {
  if (loaded.has(path)) return loaded;
  loaded.add(path);
  const text = readFileSync(join(root, path), "utf8");
  for (const [, specifier = ""] of text.matchAll(/^(?:import|export) (?!type )(?:[^;="]*? from )?"([^"]+)";/gm)) {
    const [, area, name] = /^#(contracts|queues)\/(.+)$/.exec(specifier) ?? [];
    if (area !== undefined) loadedWith(join(area, `${name}.ts`), loaded);
    else if (specifier.startsWith(".")) loadedWith(relative(root, resolve(root, dirname(path), specifier)), loaded);
    else loaded.add(specifier);
  }
  return loaded;
}

describe("the terminal", () => {
  it("loads no package but clipanion before a command runs, so that help is there at once", () => {
    const loaded = loadedWith("tooling/cli/main.ts");
    const packages = [...loaded].filter((each) => !/^node:|\.m?[jt]s$/.test(each));

    expect(loaded).toContain("tooling/cli/commands/dlq/replay.ts");
    expect(packages).toEqual(["clipanion"]);
    expect(loaded).not.toContain("tooling/cloudflare/index.ts");
    expect(loadedWith("tooling/cli/target.ts")).toContain("zod");
  });
});

describe("queues", () => {
  const production = sources.filter((path) => !path.endsWith(".test.ts") && !path.startsWith("tooling/"));
  const calling = (pattern: RegExp): string[] =>
    production.filter((path) => pattern.test(readFileSync(join(root, path), "utf8")));

  it("are sent to by the producer alone", () => {
    expect(calling(/_(?:QUEUE|DLQ)\b[^\n]*\.send(?:Batch)?\(|\bbinding\.send(?:Batch)?\(/)).toEqual([
      "queues/producer.ts",
    ]);
  });

  it("are settled by the consumer policies alone, of messages and of dead letters", () => {
    expect(calling(/\.(?:ack|retry|ackAll|retryAll)\(/)).toEqual(["queues/consumer.ts", "queues/dead-letters.ts"]);
  });
});
