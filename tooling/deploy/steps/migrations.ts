import { databaseThere, migrateThere, pendingThere, wayBack } from "../database.ts";
import type { StepKind, StepOf } from "../step.ts";

export const migrations: StepKind<StepOf<"migrations">> = {
  words: ({ database, pending }) => ({ what: `migrate ${database}`, why: `pending: ${pending.join(", ")}` }),
  async run(_, { context, account, tell }) {
    const database = await databaseThere(account);
    const pending = await pendingThere(context, account, database);
    const bookmarked = (bookmark: string): void => tell(`before the migrations; the way back: ${wayBack(bookmark)}`);
    if (pending.length > 0) await migrateThere(context, account, { database, pending, bookmarked });
  },
};
