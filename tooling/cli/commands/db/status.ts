import { Command } from "clipanion";
import type { Account } from "../../../cloudflare/index.ts";
import { absoluteOption } from "../../base.ts";
import type { ExitCode } from "../../errors.ts";
import type { Applied } from "../../migrations.ts";
import type { Column } from "../../output/table.ts";
import { when } from "../../output/time.ts";
import { DatabaseCommand, placeText } from "./place.ts";

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
      ["This machine's", "npx hoox db status"],
      ["The account's", "npx hoox db status --remote"],
    ],
  });
  absolute = absoluteOption();

  async answer(): Promise<ExitCode> {
    const { DATABASE, appliedMigrations, migrationFiles } = await import("../../migrations.ts");
    const where = await this.where();
    const applied = where.remote
      ? await this.#there(where.account)
      : await appliedMigrations(this.context, where.state);
    const files = await migrationFiles(this.context);
    const pending = files.filter((name) => !applied.some((each) => each.name === name));
    const time = { now: this.context.now(), absolute: this.absolute };
    const rows = [
      ...applied.map(({ name, appliedAt }) => ({ name, state: this.paint.good("applied"), at: when(appliedAt, time) })),
      ...pending.map((name) => ({ name, state: this.paint.odd("pending"), at: "" })),
    ];
    const columns: Column<(typeof rows)[number]>[] = [
      { title: "migration", value: (row) => row.name },
      { title: "state", value: (row) => row.state },
      { title: "when", value: (row) => row.at },
    ];
    const path = where.remote ? {} : { state: where.state };
    this.reply(
      { database: DATABASE, place: this.place, ...path, applied, pending },
      () => `database ${DATABASE} (${placeText(where)})\n\n${this.table(columns, rows)}`,
    );
    if (pending.length === 0) return 0;
    this.note(`run what is pending with: npx hoox db migrate${this.remote ? " --remote" : ""}`);
    return 1;
  }

  async #there(account: Account): Promise<Applied> {
    const { appliedThere, databaseThere } = await import("../../../deploy/database.ts");
    return appliedThere(account, await databaseThere(account));
  }
}
