import type { Cli } from "clipanion";
import type { HooxContext } from "./context.ts";
import { CliError, usageError } from "./errors.ts";
import { pathOf } from "./help.ts";

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

/** The candidate that needs the fewest changed letters, if that is at most a third of them. */
export function nearest(typed: string, candidates: readonly string[]): string | undefined {
  const ranked = candidates
    .map((candidate) => ({ candidate, distance: distanceOf(typed, candidate) }))
    .toSorted((a, b) => a.distance - b.distance)[0];
  return ranked && ranked.distance <= Math.max(1, Math.ceil(typed.length / 3)) ? ranked.candidate : undefined;
}

/** Levenshtein's distance, with two swapped letters as one change. */
function distanceOf(a: string, b: string): number {
  const rows: number[][] = [Array.from({ length: b.length + 1 }, (_, index) => index)];
  for (let i = 1; i <= a.length; i += 1) {
    const row = [i];
    for (let j = 1; j <= b.length; j += 1) {
      const same = a[i - 1] === b[j - 1] ? 0 : 1;
      const swapped =
        i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1] ? (rows[i - 2]?.[j - 2] ?? 0) + 1 : Infinity;
      row.push(
        Math.min((rows[i - 1]?.[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1, (rows[i - 1]?.[j - 1] ?? 0) + same, swapped),
      );
    }
    rows.push(row);
  }
  return rows[a.length]?.[b.length] ?? 0;
}
