import { Command } from "clipanion";
import { absoluteOption } from "../../base.ts";
import type { ExitCode } from "../../errors.ts";
import { when } from "../../output/time.ts";
import { DatabaseCommand } from "./place.ts";

export class DbStatus extends DatabaseCommand {
  static override paths = [
    ["db", "status"],
    ["db", "migrate", "status"],
  ];
  static override usage = Command.Usage({
    category: "See what happened",
    description: "Which migrations the database has and which are pending",
    details: "Exits 1 while something is pending.",
    examples: [
      ["This machine's", "hoox db status"],
      ["The account's", "hoox db status --remote"],
    ],
  });
  absolute = absoluteOption();

  async answer(): Promise<ExitCode> {
    const { DATABASE, appliedMigrations, migrationFiles } = await import("../../migrations.ts");
    const applied = await appliedMigrations(this.context, this.where);
    const files = await migrationFiles(this.context);
    const pending = files.filter((name) => !applied.some((each) => each.name === name));
    const time = { now: this.context.now(), absolute: this.absolute };
    const rows = [
      ...applied.map(({ name, appliedAt }) => ({ name, state: this.paint.good("applied"), at: when(appliedAt, time) })),
      ...pending.map((name) => ({ name, state: this.paint.odd("pending"), at: "" })),
    ];
    this.reply({ database: DATABASE, place: this.place, applied, pending }, () =>
      this.table(
        [
          { title: "migration", value: (row) => row.name },
          { title: "state", value: (row) => row.state },
          { title: "when", value: (row) => row.at },
        ],
        rows,
      ),
    );
    if (pending.length === 0) return 0;
    this.note(`run what is pending with: hoox db migrate${this.remote ? " --remote" : ""}`);
    return 1;
  }
}
