import { DATABASE, APPLIED_SQL, isNeverMigrated, migrationFiles, sqliteTime, type Applied } from "../cli/migrations.ts";
import type { HooxContext } from "../cli/context.ts";
import { CliError } from "../cli/errors.ts";
import { accountEnv, wrangler } from "../cli/wrangler.ts";
import type { Account, Database } from "../cloudflare/index.ts";
import { withGenerated } from "./generated.ts";

/** What the account's database says of itself; empty for one that was never migrated. */
export async function appliedThere(account: Account, database: Database): Promise<Applied> {
  const rows = await account.databases.query(database, APPLIED_SQL, { reads: true }).catch((error: unknown) => {
    if (error instanceof CliError && isNeverMigrated(error.message)) return [];
    throw error;
  });
  return rows.map((row) => ({ name: String(row["name"]), appliedAt: sqliteTime(String(row["applied_at"])) }));
}

/** Names of the files that the account's database has not run, oldest first. */
export async function pendingThere(
  context: Pick<HooxContext, "root">,
  account: Account,
  database: Database | undefined,
): Promise<string[]> {
  const applied = database === undefined ? [] : await appliedThere(account, database);
  return (await migrationFiles(context)).filter((name) => !applied.some((each) => each.name === name));
}

/** The account's database of Hoox; a CliError says how to make it. */
export async function databaseThere(account: Account): Promise<Database> {
  const database = await account.databases.byName(DATABASE);
  if (database !== undefined) return database;
  throw new CliError(1, `the account has no database ${DATABASE}`, {
    hint: "make it with: npx hoox deploy all --auto",
  });
}

/** How to undo everything since this bookmark. */
export function wayBack(bookmark: string): string {
  return `npx hoox db restore ${bookmark} --remote`;
}

/**
 * Runs what is pending, each file in a transaction of its own. `bookmarked` is told the point to go back to before
 * anything runs. Throws with what was done when only some of it ran.
 */
export async function migrateThere(
  context: HooxContext,
  account: Account,
  of: { database: Database; pending: readonly string[]; bookmarked: (bookmark: string) => void },
): Promise<void> {
  const { database, pending } = of;
  of.bookmarked(await account.databases.bookmark(database));
  try {
    await withGenerated(account, { worker: "d1-worker" }, ({ configPath, logs }) =>
      wrangler(context, ["d1", "migrations", "apply", "DB", "--remote", "--config", configPath], {
        env: accountEnv(context, account.wranglerEnv(), logs),
      }),
    );
  } catch (error) {
    if (!(error instanceof CliError)) throw error;
    const left = await pendingThere(context, account, database);
    if (left.length === 0) return;
    const done = pending.filter((name) => !left.includes(name));
    const reached = done.length === 0 ? "none of them ran" : `${done.join(", ")} ran`;
    throw new CliError(3, `migrations of ${database.name} failed, ${reached}: ${error.message}`, {
      hint: `mend that and run it again: it goes on with ${left[0]}`,
    });
  }
}
