import { matchOf, type CommandEntry, type OptionEntry } from "./catalogue.ts";
import { topics } from "./help-topics.ts";
import { pad, visible } from "./output/table.ts";
import { wrap } from "./output/wrap.ts";
import type { Paint } from "./output/paint.ts";

type Entries = readonly CommandEntry[];
type View = { paint: Paint; columns: number };

/** Longer lines are hard to follow. */
const READABLE = 100;
const ORDER = ["Run it", "Set it up", "See what happened", "Stop and go", "Mend", "Telegram", "Develop"];

/** Every command in one screen. */
export function overview(entries: Entries, paint: Paint): string {
  const categories = [...new Set([...ORDER, ...entries.map((each) => each.category)])];
  const sections = categories.flatMap((category) => {
    const rows = entries.filter((each) => each.category === category);
    return rows.length === 0 ? [] : [`${paint.bold(category)}\n${listing(rows, paint)}`];
  });
  return (
    [
      "hoox: TradingView alerts to exchange orders, on your own Cloudflare account.",
      ...sections,
      `${paint.bold("Topics")}\n${topicListing(paint)}`,
      "Each command explains itself: npx hoox <command> --help\n" +
        "Exit codes: 0 ok, 1 the answer is no, 2 the command was not understood, 3 the other side failed.",
    ].join("\n\n") + "\n"
  );
}

/** The page of exactly this command, or undefined. Words after the path are its arguments. */
export function pageOf(entries: Entries, words: readonly string[], { paint, columns }: View): string | undefined {
  const entry = matchOf(entries, words)?.entry;
  if (entry === undefined) return undefined;
  const options = entry.options.map((option): [string, string] => [optionText(option), option.description]);
  const width = Math.max(0, ...options.map(([name]) => visible(name)));
  const sections = [
    entry.description,
    `${paint.bold("Usage")}\n${usageLines(entry)}`,
    options.length > 0 &&
      `${paint.bold("Options")}\n${options.map(([name, text]) => `  ${paint.name(pad(name, width))}  ${text}`).join("\n")}`,
    wrap(entry.details, Math.min(columns, READABLE)),
    `${paint.bold("Examples")}\n${entry.examples.map(({ what, line }) => `  ${paint.dim(`# ${what}`)}\n  ${line}`).join("\n")}`,
  ];
  return `${sections.filter((each) => each !== false && each !== "").join("\n\n")}\n`;
}

/** The verbs below a noun, or undefined when these words are none. */
export function verbsOf(entries: Entries, words: readonly string[], paint: Paint): string | undefined {
  if (words.length === 0) return undefined;
  const below = entries.filter((each) => each.paths.some((path) => words.every((word, index) => path[index] === word)));
  return below.length === 0 ? undefined : `${listing(below, paint)}\n`;
}

export function topicOf(words: readonly string[], paint: Paint): string | undefined {
  if (words[0] === "topics") return `${topicListing(paint)}\n`;
  const topic = topics.find((each) => each.name === words[0]);
  return topic && `${paint.bold(topic.about)}\n\n${topic.text.trim()}\n`;
}

function usageLines(entry: CommandEntry): string {
  const required = entry.options.filter((each) => each.required).map((each) => ` ${optionText(each)}`);
  const positionals = entry.positionals.map(({ name, required: needed, rest }) => {
    const word = rest ? `${name}…` : name;
    return needed ? ` <${word}>` : ` [${word}]`;
  });
  return entry.paths
    .map((path) => `  npx hoox ${path.join(" ")}${positionals.join("")}${required.join("")} [options]`)
    .join("\n");
}

function optionText({ names, takesValue }: OptionEntry): string {
  return `${names.join(",")}${takesValue ? " <value>" : ""}`;
}

function listing(entries: Entries, paint: Paint): string {
  const rows = entries.map((each) => [(each.paths[0] ?? []).join(" "), each.description] as const);
  const width = Math.max(...rows.map(([path]) => path.length));
  return rows.map(([path, text]) => `  ${paint.name(path.padEnd(width))}  ${text}`).join("\n");
}

function topicListing(paint: Paint): string {
  const width = Math.max(...topics.map((each) => each.name.length));
  return topics.map(({ name, about }) => `  ${paint.name(`help ${name.padEnd(width)}`)}  ${about}`).join("\n");
}
