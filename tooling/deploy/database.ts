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
        apart: true,
      }),
    );
  } catch (error) {
    if (!(error instanceof CliError)) throw error;
    // Looking may fail for the same reason, which is the one to tell.
    const left = await pendingThere(context, account, database).catch(() => undefined);
    if (left === undefined) throw error;
    if (left.length === 0) return;
    const done = pending.filter((name) => !left.includes(name));
    const reached = done.length === 0 ? "none of them ran" : `${done.join(", ")} ran`;
    throw new CliError(3, `migrations of ${database.name} failed, ${reached}: ${error.message}`, {
      hint: `mend that and run it again: it goes on with ${left[0]}`,
    });
  }
}

/** Drops every table, and nothing else: the schema is the migrations', which have to run again. */
export async function emptyThere(account: Account, database: Database): Promise<void> {
  const sql = "SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name";
  const names = (await account.databases.query(database, sql, { reads: true }))
    .map((row) => String(row["name"]))
    .filter((name) => !/^(?:sqlite_|_cf_)/.test(name));
  if (names.length === 0) return;
  const drops = names.map((name) => `DROP TABLE IF EXISTS "${name.replaceAll('"', '""')}";`);
  await account.databases.query(database, ["PRAGMA defer_foreign_keys=TRUE;", ...drops].join("\n"));
}

const LOOKS = 300;
const EVERY_MS = 1_000;

/** Everything of the account's database as SQL. Cloudflare makes it while somebody asks for it. */
export async function exportThere(
  context: Pick<HooxContext, "sleep" | "fetch">,
  account: Account,
  database: Database,
): Promise<string> {
  let bookmark: string | undefined;
  for (let looks = 0; looks < LOOKS; looks += 1) {
    const look = await account.databases.export(database, bookmark === undefined ? {} : { bookmark });
    if (look.done) return fetchText(context, look.url);
    bookmark = look.bookmark;
    await context.sleep(EVERY_MS);
  }
  throw new CliError(3, `Cloudflare has not exported ${database.name} within ${(LOOKS * EVERY_MS) / 60_000} minutes`, {
    hint: "run it again",
  });
}

async function fetchText({ fetch }: Pick<HooxContext, "fetch">, url: string): Promise<string> {
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(120_000) });
    if (response.ok) return await response.text();
    throw new Error(`it answered ${response.status}`);
  } catch (error) {
    // The address lets whoever has it read everything, for an hour.
    const why = error instanceof Error ? error.message.replaceAll(url, "…") : "it failed";
    throw new CliError(3, `the export was made, and could not be fetched: ${why}`, { hint: "run it again" });
  }
}
