import { spawnSync } from "node:child_process";
import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { worker } from "#contracts/ids";
import { logSeverity } from "#contracts/log";
import { catalogue } from "../catalogue.ts";
import { runCli } from "../testing/run-cli.ts";
import { completionTable } from "./table.ts";
import { shells, values } from "./values.ts";

const has = (shell: string): boolean => spawnSync(shell, ["-c", "true"]).status === 0;

describe("completion in bash", () => {
  let script: string;
  beforeAll(async () => {
    script = join(mkdtempSync(join(tmpdir(), "hoox-completion-")), "hoox.bash");
    writeFileSync(script, (await runCli(["completion", "bash"])).stdout);
  });

  /** What a Tab offers behind each of these words; the last one is the one that is being typed. */
  function offered(...lines: (readonly string[])[]): string[][] {
    const tab = `source "$1"
      while IFS=, read -r completer line; do
        eval "COMP_WORDS=($line)"; COMP_CWORD=$((\${#COMP_WORDS[@]} - 1)); COMPREPLY=()
        $completer; echo "\${COMPREPLY[*]}"
      done`;
    const input = lines.map((words) => {
      const completer = words[0] === "npx" ? "_hoox_npx" : "_hoox";
      return `${completer},${words.map((word) => `'${word}'`).join(" ")}\n`;
    });
    const ran = spawnSync("bash", ["-c", tab, "bash", script], { encoding: "utf8", input: input.join("") });
    if (ran.stderr !== "") throw new Error(ran.stderr);
    return ran.stdout
      .split("\n")
      .slice(0, -1)
      .map((line) => line.split(" ").filter((word) => word !== ""));
  }

  it("knows every noun, verb and option of the commands", () => {
    const wanted = catalogue().flatMap(({ paths, options }) =>
      paths.flatMap((path) => [
        ...path.map((word, index) => ({ typed: [...path.slice(0, index), ""], words: [word] })),
        {
          typed: [...path, "--"],
          words: options.flatMap(({ names }) => names.filter((name) => name.startsWith("--"))),
        },
      ]),
    );
    const questions = [...new Set(wanted.map(({ typed }) => typed.join(" ")))];
    const offers = offered(...questions.map((typed) => ["hoox", ...typed.split(" ")]));
    const missing = wanted.flatMap(({ typed, words }) => {
      const offer = offers[questions.indexOf(typed.join(" "))] ?? [];
      return words.filter((word) => !offer.includes(word)).map((word) => `${typed.join(" ")}${word}`);
    });

    expect(missing).toEqual([]);
  }, 20_000);

  it.each([
    [["hoox", "kill"], ["kill-switch"]],
    [
      ["hoox", "queues", ""],
      ["apply", "depth", "list", "pause", "purge", "resume"],
    ],
    [["hoox", "logs", "query", "--level", ""], logSeverity.options],
    [["hoox", "logs", "query", "--level", "e"], ["error"]],
    [["hoox", "logs", "query", "--level", "=", "e"], ["error"]],
    [["hoox", "logs", "query", "--json", "--worker", "d"], ["d1-worker"]],
    [["hoox", "logs", "tail", ""], worker.options.toSorted()],
    [
      ["hoox", "logs", "tail", "hoox", "t"],
      ["telegram-worker", "trade-worker"],
    ],
    [["hoox", "logs", "tail", "--no-f"], ["--no-follow"]],
    [["hoox", "logs", "query", "--grep", "lane", "--lev"], ["--level"]],
    [["hoox", "completion", ""], [...shells].toSorted()],
    [["hoox", "send", "--file", "xyz"], []],
    [["npx", "hoox", "dlq", "sh"], ["show"]],
    [["npx", "other", "dl"], []],
  ])("offers behind %j what fits", (words, wanted) => {
    expect(offered(words)).toEqual([wanted]);
  });
});

describe("completion in other shells", () => {
  it.runIf(has("zsh"))("offers the same in zsh", async () => {
    const { stdout: script } = await runCli(["completion", "zsh"]);
    const ask = (...line: string[]): string[] => {
      const words = line.map((word) => `'${word}'`).join(" ");
      const input = `compdef() {}; compadd() { print -l -- "\${@[2,-1]}" }\n${script}\nwords=(${words}); CURRENT=${line.length}; _hoox\n`;
      const ran = spawnSync("zsh", ["-f", "-s"], { input, encoding: "utf8" });
      if (ran.stderr !== "") throw new Error(ran.stderr);
      return ran.stdout.trim().split("\n");
    };

    expect(ask("hoox", "logs", "query", "--level", "e")).toEqual(logSeverity.options);
    expect(ask("hoox", "dlq", "s")).toContain("show");
    expect(ask("hoox", "logs", "tail", "--no")).toContain("--no-follow");
  });

  it.runIf(has("fish"))("offers the same in fish", async () => {
    const script = join(mkdtempSync(join(tmpdir(), "hoox-completion-")), "hoox.fish");
    writeFileSync(script, (await runCli(["completion", "fish"])).stdout);
    const ask = (line: string): string[] => {
      const ran = spawnSync("fish", ["--no-config", "-c", `source ${script}; complete -C '${line}'`], {
        encoding: "utf8",
      });
      if (ran.stderr !== "") throw new Error(ran.stderr);
      return ran.stdout.trim().split("\n");
    };

    expect(ask("hoox logs query --level e")).toEqual(["error"]);
    expect(ask("hoox dlq s")).toEqual(["show"]);
    expect(ask("hoox logs tail --no-fol")).toEqual(["--no-follow"]);
  });
});

describe("what completion says of values", () => {
  it("stands behind options and commands that there are", async () => {
    const entries = catalogue();
    const paths = entries.flatMap((each) => each.paths.map((path) => path.join(" ")));
    const flags = entries.flatMap((each) => each.options.flatMap((option) => option.names));
    const known = [...paths, ...flags, ...paths.flatMap((path) => flags.map((flag) => `${path} ${flag}`)), "help"];

    expect(Object.keys(values).filter((at) => !known.includes(at))).toEqual([]);
  });

  it("is the same as what the commands themselves accept", async () => {
    const table = await completionTable();
    const wrong: string[] = [];
    for (const entry of catalogue()) {
      const [path = []] = entry.paths;
      const example = entry.examples.find(({ line }) => line.startsWith("npx hoox"));
      for (const name of entry.options.filter((each) => each.takesValue).flatMap((each) => each.names)) {
        const known = table.values.get(`${path.join(" ")} ${name}`) ?? [];
        if (path[0] === "start" && known.length === 0) continue;
        const ran = await runCli([...wordsOf(example?.line ?? ""), `${name}=no-such-value`], {
          env: { HOOX_URL: "http://localhost:1" },
        });
        const accepted = /it takes one of (.*)/.exec(ran.stderr)?.[1]?.split(", ") ?? [];
        if (accepted.join() !== known.join()) wrong.push(`${path.join(" ")} ${name}: ${accepted.join()}`);
      }
    }

    expect(wrong).toEqual([]);
  }, 60_000);
});

function wordsOf(line: string): string[] {
  return [...line.replace("npx hoox ", "").matchAll(/"([^"]*)"|'([^']*)'|(\S+)/g)].map(
    (match) => match[1] ?? match[2] ?? match[3] ?? "",
  );
}
