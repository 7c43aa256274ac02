import { Cli, type Command } from "clipanion";
import { commands } from "./commands.ts";
import { redact } from "#queues/redact";
import type { HooxContext } from "./context.ts";
import { CliError, type ExitCode } from "./errors.ts";
import { catalogue, matchOf } from "./catalogue.ts";
import { overview, pageOf, topicOf, verbsOf } from "./help.ts";
import { paintWith } from "./output/paint.ts";
import { explain, unknownTopic } from "./usage.ts";

/** Runs one command line. Never throws: what went wrong is on stderr and in the exit code. */
export async function runHoox(argv: readonly string[], context: HooxContext): Promise<ExitCode> {
  const words = argv.slice(0, argv.indexOf("--") === -1 ? undefined : argv.indexOf("--"));
  try {
    const path = leadingWords(words);
    if (words.length === 0 || words[0] === "help" || words.some(isHelp)) {
      context.stdout.write(helpOn(words[0] === "help" ? path.slice(1) : path, words[0] === "help", context));
      return 0;
    }
    const verbs = words.length === path.length ? verbsBelow(path, context) : undefined;
    if (verbs !== undefined) {
      context.stderr.write(verbs);
      return 2;
    }
    const command = understand(argv, context);
    return asExitCode(await command.execute());
  } catch (error) {
    return report(error, context);
  }
}

function helpOn(words: readonly string[], isTopic: boolean, context: HooxContext): string {
  const entries = catalogue();
  const paint = paintWith(context.colour.stdout);
  if (words.length === 0) return overview(entries, paint);
  const topic = isTopic ? topicOf(words, paint) : undefined;
  const verbs = verbsOf(entries, words, paint);
  // `dlq` is both.
  const page = topic
    ? [topic, verbs].filter(Boolean).join("\n")
    : (pageOf(entries, words, { ...context, paint }) ?? verbs);
  if (page) return page;
  throw isTopic ? unknownTopic(words, entries) : explain(new Error("unknown command"), words, entries);
}

/** A noun alone is no command: what stands below it is what its reader looks for. */
function verbsBelow(path: readonly string[], context: HooxContext): string | undefined {
  const entries = catalogue();
  return matchOf(entries, path) ? undefined : verbsOf(entries, path, paintWith(context.colour.stdout));
}

/** The command that a line means, with its options and arguments read. Throws a CliError that says what is wrong. */
export function understand(argv: readonly string[], context: HooxContext): Command<HooxContext> {
  const meant = matchOf(catalogue(), argv);
  // clipanion compiles what it may have to tell apart: a tenth of a second for all commands, nothing for one.
  const own = meant === undefined ? commands : [meant.entry.class];
  const cli = Cli.from<HooxContext>(own, { binaryName: "hoox", enableColors: false });
  try {
    return cli.process([...argv], context);
  } catch (error) {
    throw explain(error, argv, catalogue());
  }
}

function asExitCode(code: number | void): ExitCode {
  return code === 1 || code === 2 || code === 3 ? code : 0;
}

function report(error: unknown, context: HooxContext): ExitCode {
  const paint = paintWith(context.colour.stderr);
  const known = error instanceof CliError ? error : undefined;
  const message = known?.message ?? (error instanceof Error ? (error.stack ?? error.message) : String(error));
  // Errors quote: an argument, an address, another side's words.
  context.stderr.write(`${paint.bad("error:")} ${redact(message)}\n`);
  if (known?.hint !== undefined) context.stderr.write(`${redact(known.hint)}\n`);
  if (known === undefined) context.stderr.write("This is a bug in hoox itself; the lines above say where.\n");
  return known?.exitCode ?? 3;
}

const isHelp = (word: string): boolean => word === "-h" || word === "--help";

/** The words before the first flag: a path, perhaps followed by arguments. */
export function leadingWords(words: readonly string[]): string[] {
  const end = words.findIndex((word) => word.startsWith("-"));
  return words.slice(0, end === -1 ? undefined : end);
}
