import { Command, type CommandClass } from "clipanion";
import { commands } from "./commands.ts";
import type { HooxContext } from "./context.ts";

export interface OptionEntry {
  /** `-v`, `--verbose`. */
  names: string[];
  takesValue: boolean;
  /** What is chosen by `--no-…`. */
  isOnByDefault: boolean;
  required: boolean;
  description: string;
}

export interface PositionalEntry {
  name: string;
  required: boolean;
  /** It takes as many words as come. */
  rest: boolean;
}

export interface CommandEntry {
  /** Each way to write it; the first is the one that is shown. */
  paths: string[][];
  category: string;
  description: string;
  details: string;
  examples: { what: string; line: string }[];
  options: OptionEntry[];
  positionals: PositionalEntry[];
  class: CommandClass<HooxContext>;
}

let all: readonly CommandEntry[] | undefined;

/** What the command classes say of themselves: help, completion and advice are all read from here. */
export function catalogue(): readonly CommandEntry[] {
  all ??= commands.map((each) => {
    const { category, description, details, examples } = each.usage ?? {};
    return {
      paths: (each.paths ?? []).map((path) => [...path]),
      category: category ?? "Other",
      description: description ?? "",
      details: details ?? "",
      examples: (examples ?? []).map(([what, line]) => ({ what, line })),
      ...declaredBy(each),
      class: each,
    };
  });
  return all;
}

/** The entry that has the longest path with which these words begin, and that path. */
export function matchOf(
  entries: readonly CommandEntry[],
  words: readonly string[],
): { entry: CommandEntry; path: string[] } | undefined {
  const found = entries.flatMap((entry) =>
    entry.paths.filter((path) => path.every((word, index) => words[index] === word)).map((path) => ({ entry, path })),
  );
  return found.toSorted((a, b) => b.path.length - a.path.length)[0];
}

/** clipanion asks each option to declare itself to a builder; this one only takes notes. */
function declaredBy(of: CommandClass<HooxContext>): Pick<CommandEntry, "options" | "positionals"> {
  const options: OptionEntry[] = [];
  const positionals: PositionalEntry[] = [];
  const notes = {
    addOption(option: { names: string[]; arity?: number; required?: boolean; description?: string }) {
      const { names, arity = 0, required = false, description = "" } = option;
      const isOnByDefault = description.includes("--no-");
      options.push({ names, takesValue: arity > 0, isOnByDefault, required, description });
    },
    addPositional: ({ name, required = true }: { name: string; required?: boolean }) =>
      positionals.push({ name, required, rest: false }),
    addRest: ({ name, required = 0 }: { name: string; required?: number }) =>
      positionals.push({ name, required: required > 0, rest: true }),
    addProxy: () => undefined,
  };
  for (const [key, value] of Object.entries(new of())) if (isOption(value)) value.definition(notes, key);
  return { options, positionals };
}

function isOption(value: unknown): value is { definition(builder: object, key: string): void } {
  return typeof value === "object" && value !== null && Command.isOption in value;
}
