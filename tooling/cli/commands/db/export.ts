import { resolve } from "node:path";
import { Command, Option } from "clipanion";
import type { Account } from "../../../cloudflare/index.ts";
import { writePrivate } from "../../private-file.ts";
import { DatabaseCommand, placeText } from "./place.ts";

export class DbExport extends DatabaseCommand {
  static override paths = [["db", "export"]];
  static override usage = Command.Usage({
    category: "Mend",
    description: "The whole database as SQL, into a file that nobody else may read",
    details: "The mesh may run meanwhile. Cloudflare answers no query of the account's database while it exports.",
    examples: [
      ["This machine's", "npx hoox db export --output hoox.sql"],
      ["The account's", "npx hoox db export --remote --output hoox.sql"],
    ],
  });
  output = Option.String("--output", { required: true, description: "The file to write" });

  async answer(): Promise<void> {
    const { DATABASE } = await import("../../migrations.ts");
    const where = await this.where();
    this.note(`exports database ${DATABASE} (${placeText(where)})`);
    const sql = where.remote ? await this.#there(where.account) : await this.#here(where.state);
    const path = resolve(this.output);
    await writePrivate(path, sql);
    const bytes = Buffer.byteLength(sql);
    this.reply({ database: DATABASE, place: this.place, path, bytes }, () => `${path}: ${bytes} bytes`);
  }

  async #here(state: string): Promise<string> {
    const { exportHere } = await import("../../local-database.ts");
    return exportHere(state);
  }

  async #there(account: Account): Promise<string> {
    const { databaseThere, exportThere } = await import("../../../deploy/database.ts");
    return exportThere(this.context, account, await databaseThere(account));
  }
}
