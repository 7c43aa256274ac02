import { Command } from "clipanion";
import { DatabaseCommand, placeText } from "./place.ts";

const details = "Only pending migrations run, so it is safe to repeat. The local mesh may run meanwhile.";

export class DbApply extends DatabaseCommand {
  static override paths = [["db", "apply"]];
  static override usage = Command.Usage({
    category: "Mend",
    description: "Create the database's tables and bring them up to date",
    details,
    examples: [
      ["This machine's", "npx hoox db apply"],
      ["The account's, against `no such table`", "npx hoox db apply --remote"],
    ],
  });

  async answer(): Promise<void> {
    const { DATABASE, appliedMigrations, applyMigrations, migrationFiles } = await import("../../migrations.ts");
    const where = await this.where();
    this.note(`target: database ${DATABASE} (${placeText(where)})`);
    const before = (await appliedMigrations(this.context, where)).map((each) => each.name);
    const applied = (await migrationFiles(this.context)).filter((name) => !before.includes(name));
    // wrangler starts a database for every step: ten seconds to find out what is known by now.
    if (applied.length > 0) await applyMigrations(this.context, where);
    this.reply({ database: DATABASE, place: this.place, applied }, () =>
      [...applied.map((name) => `applied ${name}`), `Schema applied to ${DATABASE} (${this.place})`].join("\n"),
    );
  }
}

/** The whole schema is numbered migrations, so both names mean the same work. */
export class DbMigrate extends DbApply {
  static override paths = [["db", "migrate"]];
  static override usage = Command.Usage({
    category: "Mend",
    description: "Run the database's pending migrations",
    details,
    examples: [
      ["This machine's", "npx hoox db migrate"],
      ["The account's", "npx hoox db migrate --remote"],
    ],
  });
}
