import { Command } from "clipanion";
import { absoluteOption } from "../../base.ts";
import { when } from "../../output/time.ts";
import { DatabaseCommand, placeText } from "./place.ts";

interface Row {
  name: string;
  id: string;
  /** Whether it is the one of Hoox. */
  own: boolean;
  createdAt?: string;
}

export class DbList extends DatabaseCommand {
  static override paths = [["db", "list"]];
  static override usage = Command.Usage({
    category: "See what happened",
    description: "The databases: this machine's, or all of the account",
    examples: [
      ["This machine's", "npx hoox db list"],
      ["The account's", "npx hoox db list --remote"],
    ],
  });
  absolute = absoluteOption();

  async answer(): Promise<void> {
    const { DATABASE } = await import("../../migrations.ts");
    const where = await this.where();
    const rows: Row[] = where.remote
      ? (await where.account.databases.list()).map(({ id, name, createdAt }) => ({
          name,
          id,
          own: name === DATABASE,
          ...(createdAt === undefined ? {} : { createdAt }),
        }))
      : [{ name: DATABASE, id: "local", own: true }];
    const time = { now: this.context.now(), absolute: this.absolute };
    this.note(placeText(where));
    this.reply({ place: this.place, databases: rows }, () =>
      this.table(
        [
          { title: "database", value: ({ name }) => name },
          { title: "id", value: ({ id }) => id },
          { title: "created", value: ({ createdAt }) => when(createdAt, time) },
          { title: "", value: ({ own }) => (own ? this.paint.good("of hoox") : "") },
        ],
        rows,
      ),
    );
    if (!rows.some(({ own }) => own)) this.note(`there is no ${DATABASE} yet: npx hoox deploy all`);
  }
}
