import { Command, Option } from "clipanion";
import { DatabaseCommand, placeText, replyPlanned, type Where } from "./place.ts";

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
  dryRun = Option.Boolean("--dry-run", false, { description: "Only say what would be done" });

  async answer(): Promise<void> {
    const { DATABASE } = await import("../../migrations.ts");
    const where = await this.where();
    this.note(`target: database ${DATABASE} (${placeText(where)})`);
    if (this.dryRun) {
      const pending = await this.#pending(where);
      const plan = pending.length === 0 ? "nothing is pending" : `plan: apply ${pending.join(", ")}`;
      return replyPlanned(this, plan, { database: DATABASE, place: this.place, pending });
    }
    const done = where.remote ? await this.#there(where) : await this.#here(where);
    this.reply({ database: DATABASE, place: this.place, ...done }, () =>
      [...done.applied.map((name) => `applied ${name}`), `Schema applied to ${DATABASE} (${this.place})`].join("\n"),
    );
  }

  async #pending(where: Where): Promise<string[]> {
    if (where.remote) {
      const { databaseThere, pendingThere } = await import("../../../deploy/database.ts");
      return pendingThere(this.context, where.account, await databaseThere(where.account));
    }
    const { appliedMigrations, migrationFiles } = await import("../../migrations.ts");
    const before = (await appliedMigrations(this.context, where.state)).map((each) => each.name);
    return (await migrationFiles(this.context)).filter((name) => !before.includes(name));
  }

  async #here(where: Where & { remote: false }): Promise<{ applied: string[] }> {
    const { applyMigrations } = await import("../../migrations.ts");
    const applied = await this.#pending(where);
    // wrangler starts a database for every step: ten seconds to find out what is known by now.
    if (applied.length > 0) await applyMigrations(this.context, where.state);
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
