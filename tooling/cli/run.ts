import { Cli } from "clipanion";
import { commands } from "./commands.ts";
import type { HooxContext } from "./context.ts";
import { CliError, type ExitCode } from "./errors.ts";
import { overview, pageOf, verbsOf } from "./help.ts";
import { paintWith } from "./output/paint.ts";
import { explain } from "./usage.ts";

/** Runs one command line. Never throws: what went wrong is on stderr and in the exit code. */
export async function runHoox(argv: readonly string[], context: HooxContext): Promise<ExitCode> {
  const cli = Cli.from<HooxContext>(commands, { binaryName: "hoox", enableColors: false });
  const words = argv.slice(0, argv.indexOf("--") === -1 ? undefined : argv.indexOf("--"));
  const paint = paintWith(context.colour.stdout);
  try {
    const path = leadingWords(words);
    if (words.length === 0 || words[0] === "help" || (words.some(isHelp) && path.length === 0)) {
      const asked = words[0] === "help" ? path.slice(1) : [];
      context.stdout.write(pageOf(cli, asked, paint) ?? verbsOf(cli, asked, paint) ?? overview(cli, paint));
      return 0;
    }
    if (words.some(isHelp)) {
      const page = pageOf(cli, path, paint) ?? verbsOf(cli, path, paint);
      if (page === undefined) throw explain(new Error("unknown command"), words, cli);
      context.stdout.write(page);
      return 0;
    }
    const verbs =
      words.length === path.length && pageOf(cli, path, paint) === undefined ? verbsOf(cli, path, paint) : undefined;
    if (verbs !== undefined) {
      context.stderr.write(verbs);
      return 2;
    }
    const command = understand(cli, argv, context);
    return asExitCode(await command.execute());
  } catch (error) {
    return report(error, context);
  }
}

function understand(
  cli: Cli<HooxContext>,
  argv: readonly string[],
  context: HooxContext,
): ReturnType<typeof cli.process> {
  try {
    return cli.process([...argv], context);
  } catch (error) {
    throw explain(error, argv, cli);
  }
}

function asExitCode(code: number | void): ExitCode {
  return code === 1 || code === 2 || code === 3 ? code : 0;
}

function report(error: unknown, context: HooxContext): ExitCode {
  const paint = paintWith(context.colour.stderr);
  const known = error instanceof CliError ? error : undefined;
  const message = known?.message ?? (error instanceof Error ? (error.stack ?? error.message) : String(error));
  context.stderr.write(`${paint.bad("error:")} ${message}\n`);
  if (known?.hint !== undefined) context.stderr.write(`${known.hint}\n`);
  if (known === undefined) context.stderr.write("This is a bug in hoox itself; the lines above say where.\n");
  return known?.exitCode ?? 3;
}

const isHelp = (word: string): boolean => word === "-h" || word === "--help";

/** The words before the first flag: a path, perhaps followed by arguments. */
export function leadingWords(words: readonly string[]): string[] {
  const end = words.findIndex((word) => word.startsWith("-"));
  return words.slice(0, end === -1 ? undefined : end);
}
