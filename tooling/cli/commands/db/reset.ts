import { Command, Option } from "clipanion";
import type { Account } from "../../../cloudflare/index.ts";
import { usageError } from "../../errors.ts";
import { DatabaseCommand, placeText, replyPlanned } from "./place.ts";

const LOST =
  "its orders, fills, logs, dead letters and audit log are gone then; the ledgers keep signals and positions, and what they have been told is stored they do not send again";

export class DbReset extends DatabaseCommand {
  static override paths = [["db", "reset"]];
  static override usage = Command.Usage({
    category: "Mend",
    description: "Throw away everything in the database and make its tables anew",
    details:
      "The account's needs its name typed, or given with --confirm: a --yes alone is not enough. The bookmark that leads back is printed first. The local mesh must not run.",
    examples: [
      ["This machine's", "npx hoox db reset --yes"],
      ["The account's", "npx hoox db reset --remote --confirm hoox"],
    ],
  });
  yes = Option.Boolean("--yes", false, { description: "Do not ask, on this machine" });
  dryRun = Option.Boolean("--dry-run", false, { description: "Only say what would be done" });
  confirmed = Option.String("--confirm", { description: "The name of the account's database, instead of typing it" });

  async answer(): Promise<void> {
    const { DATABASE } = await import("../../migrations.ts");
    const where = await this.where();
    const plan = `target: database ${DATABASE} (${placeText(where)})\nplan: throw everything in it away; ${LOST}`;
    if (this.dryRun) return replyPlanned(this, plan, { database: DATABASE, place: this.place });
    const done = where.remote
      ? await this.#there(where.account, { plan, name: DATABASE })
      : await this.#here(where.state, plan);
    this.reply({ database: DATABASE, place: this.place, result: "reset", ...done }, () => `${DATABASE} is empty`);
  }

  async #here(state: string, plan: string): Promise<object> {
    await this.confirm({ plan, yes: this.yes });
    const [{ removeHere }, { applyMigrations }] = await Promise.all([
      import("../../local-database.ts"),
      import("../../migrations.ts"),
    ]);
    await removeHere(state);
    await applyMigrations(this.context, state);
    return { state };
  }

  async #there(account: Account, { plan, name }: { plan: string; name: string }): Promise<{ bookmark: string }> {
    const { databaseThere, emptyThere, migrateThere, pendingThere, wayBack } =
      await import("../../../deploy/database.ts");
    const database = await databaseThere(account);
    this.note(plan);
    await this.#typed(name);
    const bookmark = await account.databases.bookmark(database);
    this.note(`before it; the way back: ${wayBack(bookmark)}`);
    await emptyThere(account, database);
    const pending = await pendingThere(this.context, account, database);
    await migrateThere(this.context, account, { database, pending, bookmarked: () => undefined });
    return { bookmark };
  }

  async #typed(name: string): Promise<void> {
    if (this.confirmed === undefined && !this.context.interactive) {
      throw usageError(
        "this needs the database's name, and there is no terminal to type it on",
        `add --confirm ${name}`,
      );
    }
    const typed = this.confirmed ?? (await this.context.ask(`Type the name of the database to throw it away: `));
    if (typed.trim() !== name) throw usageError(`"${typed.trim()}" is not ${name}; nothing was changed`);
  }
}
