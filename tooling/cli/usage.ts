import type { Cli } from "clipanion";
import type { HooxContext } from "./context.ts";
import { CliError, usageError } from "./errors.ts";
import { pathOf } from "./help.ts";
import { nearest } from "./nearest.ts";

/** Says in words why a command line was not understood, and what was probably meant. */
export function explain(error: unknown, argv: readonly string[], cli: Cli<HooxContext>): Error {
  if (error instanceof CliError) return error;
  const definitions = cli.definitions();
  const command = definitions
    .filter((each) => pathOf(each).every((word, index) => argv[index] === word))
    .toSorted((a, b) => pathOf(b).length - pathOf(a).length)[0];
  if (command === undefined) {
    return unknownCommand(argv, [...new Set(definitions.map((each) => pathOf(each).join(" ")))]);
  }
  const path = pathOf(command).join(" ");
  const help = `see: npx hoox ${path} --help`;
  const flags = command.options.flatMap((option) => option.definition.match(/(?<=^|,)--?[a-z][\w-]*/gi) ?? []);
  const unknown = argv.find((word) => word.startsWith("-") && !known(word, flags));
  if (unknown !== undefined) {
    const near = nearest(unknown.split("=")[0] ?? unknown, [...flags, "--help"]);
    const meant = near === undefined ? "" : `; did you mean ${near}?`;
    return usageError(`hoox ${path} has no option ${unknown}${meant}`, help);
  }
  const reason = error instanceof Error ? (error.message.split("\n")[0] ?? "") : String(error);
  return usageError(
    reason.startsWith("Command not found") ? `hoox ${path} was not understood` : `hoox ${path}: ${reason}`,
    help,
  );
}

function unknownCommand(argv: readonly string[], paths: readonly string[]): CliError {
  const words = argv.filter((word) => !word.startsWith("-"));
  const typed = words.slice(0, 2).join(" ");
  const near =
    nearest(typed, paths) ?? nearest(words[0] ?? "", paths) ?? paths.find((path) => path.startsWith(`${words[0]} `));
  const hint = near === undefined ? "see: npx hoox --help" : `did you mean: npx hoox ${near}`;
  return usageError(`there is no command "hoox ${typed || argv.join(" ")}"`, hint);
}

function known(word: string, flags: readonly string[]): boolean {
  const name = word.split("=")[0] ?? word;
  const plain = name.replace(/^--no-/, "--");
  return word === "-" || word === "--" || /^-\d/.test(word) || flags.includes(name) || flags.includes(plain);
}
