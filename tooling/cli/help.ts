import type { Cli } from "clipanion";
import type { HooxContext } from "./context.ts";
import { pad, visible } from "./output/table.ts";
import type { Paint } from "./output/paint.ts";

type Hoox = Cli<HooxContext>;
type Definition = ReturnType<Hoox["definitions"]>[number];

const ORDER = ["Run it", "See what happened", "Stop and go", "Mend", "Develop"];

/** Every command in one screen. */
export function overview(cli: Hoox, paint: Paint): string {
  const definitions = cli.definitions();
  const categories = [...new Set([...ORDER, ...definitions.map((each) => clean(each.category) || "Other")])];
  const sections = categories.flatMap((category) => {
    const rows = definitions.filter((each) => (clean(each.category) || "Other") === category);
    return rows.length === 0 ? [] : [`${paint.bold(category)}\n${listing(rows, paint)}`];
  });
  return (
    [
      "hoox: TradingView alerts to exchange orders, on your own Cloudflare account.",
      ...sections,
      "Each command explains itself: npx hoox <command> --help\n" +
        "Exit codes: 0 ok, 1 the answer is no, 2 the command was not understood, 3 the other side failed.",
    ].join("\n\n") + "\n"
  );
}

/** The page of exactly this command, or undefined. Words after the path are its arguments. */
export function pageOf(cli: Hoox, words: readonly string[], paint: Paint): string | undefined {
  const definition = cli
    .definitions()
    .filter((each) => startsWith(words, pathOf(each)))
    .toSorted((a, b) => pathOf(b).length - pathOf(a).length)[0];
  if (definition === undefined) return undefined;
  const options = definition.options.map((option): [string, string] => [
    option.definition.replaceAll(/#\d+/g, "<value>"),
    clean(option.description),
  ]);
  const width = Math.max(0, ...options.map(([name]) => visible(name)));
  const examples = definition.examples ?? [];
  const sections = [
    clean(definition.description),
    `${paint.bold("Usage")}\n  npx ${definition.usage}`,
    options.length > 0 &&
      `${paint.bold("Options")}\n${options.map(([name, text]) => `  ${paint.name(pad(name, width))}  ${text}`).join("\n")}`,
    clean(definition.details, "\n"),
    examples.length > 0 &&
      `${paint.bold("Examples")}\n${examples.map(([what, line]) => `  ${paint.dim(`# ${clean(what)}`)}\n  ${line}`).join("\n")}`,
  ];
  return `${sections.filter((each) => each !== false && each !== "").join("\n\n")}\n`;
}

/** The verbs below a noun, or undefined when these words are none. */
export function verbsOf(cli: Hoox, words: readonly string[], paint: Paint): string | undefined {
  if (words.length === 0) return undefined;
  const below = cli.definitions().filter((each) => startsWith(pathOf(each), words));
  return below.length === 0 ? undefined : `${listing(below, paint)}\n`;
}

export function pathOf(definition: Pick<Definition, "path">): string[] {
  return definition.path
    .trim()
    .split(/\s+/)
    .slice(1)
    .filter((word) => !/^[<[]/.test(word));
}

function listing(definitions: readonly Definition[], paint: Paint): string {
  const rows = definitions.map((each) => [pathOf(each).join(" "), clean(each.description)] as const);
  const width = Math.max(...rows.map(([path]) => path.length));
  return rows.map(([path, text]) => `  ${paint.name(path.padEnd(width))}  ${text}`).join("\n");
}

function startsWith(words: readonly string[], start: readonly string[]): boolean {
  return start.length > 0 && start.every((word, index) => words[index] === word);
}

/** clipanion wraps and quotes its texts for its own pages. */
function clean(text: string | undefined, joint = " "): string {
  return (text ?? "")
    .trim()
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line !== "")
    .join(joint);
}
