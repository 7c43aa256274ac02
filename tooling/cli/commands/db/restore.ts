import { Command, Option } from "clipanion";
import { HooxCommand } from "../../base.ts";
import { usageError } from "../../errors.ts";
import { replyPlanned } from "./place.ts";

export class DbRestore extends HooxCommand {
  static override paths = [["db", "restore"]];
  static override usage = Command.Usage({
    category: "Mend",
    description: "Bring the account's database back to a bookmark, schema and all",
    details:
      "Every migration and reset prints one, and this command the one that undoes it. Cloudflare keeps 30 days (7 on the Free plan). What was written since is gone.",
    examples: [
      [
        "To what a migration printed",
        "npx hoox db restore 00000085-0000024c-00004c6d-8e61117bf38d7adb71b934ebbf891683 --remote",
      ],
    ],
  });
  bookmark = Option.String({ name: "bookmark" });
  remote = Option.Boolean("--remote", false, {
    description: "The Cloudflare account's database: the only one that can",
  });
  yes = Option.Boolean("--yes", false, { description: "Do not ask" });
  dryRun = Option.Boolean("--dry-run", false, { description: "Only say what would be done" });

  async answer(): Promise<void> {
    if (!this.remote) throw usageError("only the account's database can be brought back", "add --remote");
    const [{ databaseThere, wayBack }, { sameAccountAs }] = await Promise.all([
      import("../../../deploy/database.ts"),
      import("../../../secrets/place.ts"),
    ]);
    const account = await sameAccountAs(this.context);
    this.note(`target: account ${account.name}`);
    const database = await databaseThere(account);
    const plan = `plan: bring database ${database.name} back to ${this.bookmark}; what was written since is gone`;
    if (this.dryRun)
      return replyPlanned(this, plan, { database: database.name, place: "remote", bookmark: this.bookmark });
    await this.confirm({ plan, yes: this.yes });
    // Its answer names this as well, and can get lost.
    const before = await account.databases.bookmark(database);
    this.note(`before it; the way back: ${wayBack(before)}`);
    const previous = await account.databases.restore(database, this.bookmark);
    this.reply({ database: database.name, bookmark: this.bookmark, previous }, () =>
      this.paint.good(`${database.name} is as it was at ${this.bookmark}`),
    );
    this.note(`undo it with: ${wayBack(previous)}`);
    this.note("does its schema fit what is deployed? npx hoox db status --remote");
  }
}
