import { globSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { ROOT } from "../sync/paths.ts";

/** A command line in a shell block of README or docs. */
export interface DocLine {
  file: string;
  /** The nearest heading above it. */
  section: string;
  text: string;
}

const HOOX = "npx hoox ";

/** Every command line of README and docs, once for each file. */
export function docLines(): DocLine[] {
  return ["README.md", ...globSync("docs/*.md", { cwd: ROOT }).toSorted()].flatMap((file) => {
    let section = "";
    let isShell = false;
    const lines: DocLine[] = [];
    for (const text of readFileSync(join(ROOT, file), "utf8").split("\n")) {
      if (text.startsWith("```")) isShell = text === "```sh";
      else if (isShell) lines.push({ file, section, text });
      else if (/^#+ /.test(text)) section = text.replace(/^#+ /, "");
    }
    return lines;
  });
}

/** Which test runs a line: each is run by exactly one. Undefined for lines of other programs. */
export function runBy({ file, section, text }: DocLine): "first hour" | "deployment" | "account" | "mesh" | undefined {
  if (section === "The first hour") return "first hour";
  if (!text.startsWith(HOOX)) return undefined;
  if (basename(file) === "deploy.md" || section === "Deploy") return "deployment";
  return /^npx hoox (?:deploy|profile) | --(?:remote|target)\b/.test(text) ? "account" : "mesh";
}

/** The command lines of `npx hoox` that this test runs, without that, each once. */
export function linesFor(test: ReturnType<typeof runBy>): string[] {
  const own = docLines().filter((line) => runBy(line) === test);
  return [...new Set(own.map(({ text }) => text.slice(HOOX.length)))];
}

/** The one line of a file that begins so. */
export function lineOf(file: string, start: string): string {
  const found = docLines().filter((line) => line.file === file && line.text.startsWith(start));
  if (found.length !== 1) throw new Error(`${file} has ${found.length} lines that begin with ${start}`);
  return found[0]?.text ?? "";
}

/** Splits as a shell does, as far as the docs need it: quotes hold words together. */
export function wordsOf(line: string): string[] {
  return [...line.matchAll(/"([^"]*)"|'([^']*)'|(\S+)/g)].map((match) => match[1] ?? match[2] ?? match[3] ?? "");
}

/** Whether it goes on until Ctrl-C. */
export function isEndless(line: string): boolean {
  return line.includes("--watch") || (line.startsWith("logs tail") && !line.includes("--no-follow"));
}
