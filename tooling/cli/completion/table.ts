import { catalogue, type CommandEntry } from "../catalogue.ts";
import { values } from "./values.ts";

/** What may follow where: the only thing that the shells' scripts differ in is how they ask it. */
export interface CompletionTable {
  /** Path so far, `""` for none → the words that may come next. */
  words: Map<string, string[]>;
  /** Path of a command → its options. */
  flags: Map<string, string[]>;
  /** `path --option`, for options that take a value → which; none means any text. */
  values: Map<string, string[]>;
}

export async function completionTable(entries: readonly CommandEntry[] = catalogue()): Promise<CompletionTable> {
  const table: CompletionTable = { words: new Map([["", ["help"]]]), flags: new Map(), values: new Map() };
  const offer = (at: string, ...words: readonly string[]): unknown =>
    table.words.set(at, [...new Set([...(table.words.get(at) ?? []), ...words])].toSorted());
  for (const entry of entries) {
    for (const path of entry.paths) {
      path.forEach((word, index) => offer(path.slice(0, index).join(" "), word));
      const at = path.join(" ");
      offer(at, ...((await values[at]?.()) ?? []));
      table.flags.set(at, flagsOf(entry));
      for (const name of entry.options.filter((each) => each.takesValue).flatMap((each) => each.names)) {
        const known = values[`${at} ${name}`] ?? values[name];
        table.values.set(`${at} ${name}`, [...((await known?.()) ?? [])]);
      }
    }
  }
  offer(
    "help",
    ...(table.words.get("") ?? []).filter((word) => word !== "help"),
    ...((await values["help"]?.()) ?? []),
  );
  return table;
}

function flagsOf(entry: CommandEntry): string[] {
  const own = entry.options.flatMap((each) => each.names.filter((name) => name.startsWith("--")));
  const wanted = entry.options.filter((each) => each.isOnByDefault).flatMap((each) => each.names);
  return [...own, ...wanted.map((name) => name.replace("--", "--no-")), "--help"].toSorted();
}
