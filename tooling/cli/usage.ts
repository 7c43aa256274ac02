import { matchOf, type CommandEntry } from "./catalogue.ts";
import { CliError, usageError } from "./errors.ts";
import { topics } from "./help-topics.ts";
import { nearest } from "./nearest.ts";

type Entries = readonly CommandEntry[];

/** Says in words why a command line was not understood, and what was probably meant. */
export function explain(error: unknown, argv: readonly string[], entries: Entries): Error {
  if (error instanceof CliError) return error;
  const match = matchOf(entries, argv);
  if (match === undefined) return unknownCommand(argv, entries);
  const path = match.path.join(" ");
  const help = `see: npx hoox ${path} --help`;
  const flags = match.entry.options.flatMap((option) => option.names);
  const unknown = argv.find((word) => word.startsWith("-") && !known(word, flags));
  if (unknown !== undefined) {
    const near = nearest(unknown.split("=")[0] ?? unknown, [...flags, "--help"]);
    const meant = near === undefined ? "" : `; did you mean ${near}?`;
    return usageError(`hoox ${path} has no option ${unknown}${meant}`, help);
  }
  const missing = missingIn(match.entry, argv.slice(match.path.length));
  if (missing !== undefined) return usageError(`hoox ${path} needs ${missing}`, help);
  const reason = error instanceof Error ? (error.message.split("\n")[0] ?? "") : String(error);
  return usageError(
    reason.startsWith("Command not found") ? `hoox ${path} was not understood` : `hoox ${path}: ${reason}`,
    help,
  );
}

/** What the command cannot do without and was not given. */
function missingIn({ options, positionals }: CommandEntry, argv: readonly string[]): string | undefined {
  const takesValue = (word: string): boolean => options.some((each) => each.takesValue && each.names.includes(word));
  const given = argv.filter((word, index) => !word.startsWith("-") && !takesValue(argv[index - 1] ?? ""));
  const positional = positionals.filter(({ required }) => required)[given.length];
  if (positional !== undefined) return `<${positional.name}>`;
  const said = argv.map((word) => word.split("=")[0]);
  const option = options.find(({ required, names }) => required && !names.some((name) => said.includes(name)));
  return option === undefined ? undefined : `${option.names.at(-1)}: ${option.description}`;
}

/** For `hoox help <words>` that is neither a command nor a topic. */
export function unknownTopic(words: readonly string[], entries: Entries): CliError {
  const typed = words.join(" ");
  const near = nearest(typed, [...topics.map((each) => each.name), ...pathsOf(entries), ...nounsOf(entries)]);
  const hint = near === undefined ? "see: npx hoox --help" : `did you mean: npx hoox help ${near}`;
  return usageError(`there is no command or topic "${typed}"`, hint);
}

function unknownCommand(argv: readonly string[], entries: Entries): CliError {
  const paths = pathsOf(entries);
  const words = argv.filter((word) => !word.startsWith("-"));
  const typed = words.slice(0, 2).join(" ");
  const near =
    nearest(typed, paths) ?? nearest(words[0] ?? "", paths) ?? paths.find((path) => path.startsWith(`${words[0]} `));
  const hint = near === undefined ? "see: npx hoox --help" : `did you mean: npx hoox ${near}`;
  return usageError(`there is no command "hoox ${typed || argv.join(" ")}"`, hint);
}

function pathsOf(entries: Entries): string[] {
  return entries.flatMap((each) => each.paths.map((path) => path.join(" ")));
}

function nounsOf(entries: Entries): string[] {
  return [...new Set(entries.flatMap((each) => each.paths.map(([noun = ""]) => noun)))];
}

function known(word: string, flags: readonly string[]): boolean {
  const name = word.split("=")[0] ?? word;
  const plain = name.replace(/^--no-/, "--");
  return word === "-" || word === "--" || /^-\d/.test(word) || flags.includes(name) || flags.includes(plain);
}
