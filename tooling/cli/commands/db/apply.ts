import { Command } from "clipanion";
import { DatabaseCommand, placeText, type Where } from "./place.ts";

const details =
  "Only pending migrations run, so it is safe to repeat, and the mesh may run meanwhile. Before it touches the account's database it prints the bookmark that leads back.";

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
    const { DATABASE } = await import("../../migrations.ts");
    const where = await this.where();
    this.note(`target: database ${DATABASE} (${placeText(where)})`);
    const done = where.remote ? await this.#there(where) : await this.#here(where.state);
    this.reply({ database: DATABASE, place: this.place, ...done }, () =>
      [...done.applied.map((name) => `applied ${name}`), `Schema applied to ${DATABASE} (${this.place})`].join("\n"),
    );
  }

  async #here(state: string): Promise<{ applied: string[] }> {
    const { appliedMigrations, applyMigrations, migrationFiles } = await import("../../migrations.ts");
    const before = (await appliedMigrations(this.context, state)).map((each) => each.name);
    const applied = (await migrationFiles(this.context)).filter((name) => !before.includes(name));
    // wrangler starts a database for every step: ten seconds to find out what is known by now.
    if (applied.length > 0) await applyMigrations(this.context, state);
    return { applied };
  }

  async #there({ account }: Where & { remote: true }): Promise<{ applied: string[]; bookmark?: string }> {
    const { databaseThere, migrateThere, pendingThere, wayBack } = await import("../../../deploy/database.ts");
    const database = await databaseThere(account);
    const pending = await pendingThere(this.context, account, database);
    if (pending.length === 0) return { applied: [] };
    let bookmark = "";
    const bookmarked = (point: string): void => {
      bookmark = point;
      this.note(`before it; the way back: ${wayBack(point)}`);
    };
    await migrateThere(this.context, account, { database, pending, bookmarked });
    return { applied: pending, bookmark };
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
