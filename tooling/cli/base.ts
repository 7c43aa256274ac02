import { Command, Option } from "clipanion";
import type { HooxContext } from "./context.ts";
import { usageError, type ExitCode } from "./errors.ts";
import type { MeshClient } from "./mesh-client.ts";
import { paintWith, type Paint } from "./output/paint.ts";
import { table, type Column } from "./output/table.ts";
import type { Target } from "./target.ts";

/** What every command shares: `--json`, where text goes, and how the end becomes an exit code. */
export abstract class HooxCommand extends Command<HooxContext> {
  json = Option.Boolean("--json", false, { description: "Print one JSON document instead of text" });

  /** The command's own work. Expected failures are a CliError. */
  abstract answer(): Promise<ExitCode | void>;

  async execute(): Promise<ExitCode> {
    return (await this.answer()) ?? 0;
  }

  /** Colours for stdout. */
  get paint(): Paint {
    return paintWith(this.context.colour.stdout);
  }

  /** A part of the answer. */
  print(text: string): void {
    this.context.stdout.write(`${text}\n`);
  }

  /** Anything that is not the answer. */
  note(text: string): void {
    this.context.stderr.write(`${text}\n`);
  }

  /** The whole answer: the document with `--json`, else the text that `human` makes. */
  reply(document: unknown, human: () => string): void {
    this.print(this.json ? JSON.stringify(document, undefined, 2) : human());
  }

  /** Goes on only after `--yes` or a yes on the terminal. */
  async confirm(options: { plan: string; yes: boolean }): Promise<void> {
    this.note(options.plan);
    if (options.yes) return;
    if (!this.context.interactive)
      throw usageError("this needs a yes, and there is no terminal to ask on", "add --yes");
    if (!(await this.agreed())) throw usageError("nothing was changed");
  }

  /** Asks on the terminal. */
  async agreed(): Promise<boolean> {
    return /^y(es)?$/i.test((await this.context.ask("Go on? [y/N] ")).trim());
  }

  table<Row>(columns: readonly Column<Row>[], rows: readonly Row[]): string {
    const titled = columns.map((column) => ({ ...column, title: this.paint.dim(column.title) }));
    return table(this.context.colour.stdout ? titled : columns, rows, this.context.columns);
  }
}

/** What every view of the mesh is drawn with. */
export interface View {
  now: Date;
  absolute: boolean;
  paint: Paint;
  columns: number;
}

/** A command that speaks to a mesh's `/ops`. */
export abstract class MeshCommand extends HooxCommand {
  target = Option.String("--target", { description: "The profile of the mesh to speak to" });

  async mesh(): Promise<MeshClient> {
    const { connect } = await import("./mesh-client.ts");
    return connect(this.context, this.target);
  }

  view(absolute: boolean): View {
    return { now: this.context.now(), absolute, paint: this.paint, columns: this.context.columns };
  }

  /** What of an answer is missing. */
  noteProblems(problems: readonly string[] | undefined): void {
    for (const problem of problems ?? []) this.note(`not asked: ${problem}`);
  }

  /** Every changing command says first what it is about to change. */
  nameTarget(target: Target): void {
    this.note(`target: ${target.name} (${target.url})`);
  }
}

/** `--absolute`, for commands that show times. */
export function absoluteOption(): boolean {
  return Option.Boolean("--absolute", false, { description: "Times as ISO text instead of `3 min ago`" });
}
