import { createHash } from "node:crypto";
import { mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import * as z from "zod";
import type { HooxContext } from "./context.ts";
import { CliError } from "./errors.ts";
import { persistPath } from "./start/mesh-file.ts";
import { D1_CONFIG, localEnv, wrangler } from "./wrangler.ts";

export const DATABASE = "hoox";

/** Of a database, which migrations ran and when, oldest first. */
export type Applied = { name: string; appliedAt: string }[];

/** Applies what is pending below this state; safe to repeat, also while a local mesh runs on it. */
export async function applyMigrations(context: HooxContext, state: string): Promise<void> {
  await wrangler(context, ["d1", "migrations", "apply", "DB", ...localFlags(state)], {
    env: localEnv(context, { state }),
  });
  await writeFile(stampPath(state), await fingerprint(context));
}

/** Like {@link applyMigrations} for a start: at once when these files were applied to this state before. */
export async function migrateOnStart(context: HooxContext, state: string): Promise<{ applied: boolean }> {
  if (await isMigrated(context, state)) return { applied: false };
  await mkdir(persistPath(state), { recursive: true });
  await applyMigrations(context, state);
  return { applied: true };
}

/** Whether these files were applied to this state before. */
export async function isMigrated(context: HooxContext, state: string): Promise<boolean> {
  const stamp = await readFile(stampPath(state), "utf8").catch(() => "");
  return stamp === (await fingerprint(context)) || (await migrationFiles(context)).length === 0;
}

export async function migrationFiles(context: Pick<HooxContext, "root">): Promise<string[]> {
  const names = await readdir(join(context.root, "migrations")).catch(() => []);
  return names.filter((name) => name.endsWith(".sql")).toSorted();
}

const executed = z.array(z.object({ results: z.array(z.object({ name: z.string(), applied_at: z.string() })) })).min(1);

export const APPLIED_SQL = "SELECT name, applied_at FROM d1_migrations ORDER BY id";

/** What the database below this state says of itself; empty for one that was never migrated. */
export async function appliedMigrations(context: HooxContext, state: string): Promise<Applied> {
  const args = ["d1", "execute", "DB", "--json", "--command", APPLIED_SQL, ...localFlags(state)];
  const text = await wrangler(context, args, { env: localEnv(context, { state }) }).catch((error: unknown) => {
    if (error instanceof CliError && isNeverMigrated(error.message)) return '[{"results":[]}]';
    throw error;
  });
  const [first] = executed.parse(JSON.parse(text.slice(text.indexOf("["))));
  return (first?.results ?? []).map((row) => ({ name: row.name, appliedAt: sqliteTime(row.applied_at) }));
}

export function isNeverMigrated(message: string): boolean {
  return message.includes("no such table: d1_migrations");
}

/** SQLite's CURRENT_TIMESTAMP is UTC without saying so. */
export function sqliteTime(text: string): string {
  return new Date(`${text.replace(" ", "T")}Z`).toISOString();
}

/** What makes wrangler mean the database below this state. */
export function localFlags(state: string): string[] {
  return ["-c", D1_CONFIG, "--local", "--persist-to", persistPath(state)];
}

/** A start would believe that the database has what it had. */
export async function forgetMigrations(state: string): Promise<void> {
  await rm(stampPath(state), { force: true });
}

function stampPath(state: string): string {
  return join(persistPath(state), "migrated");
}

async function fingerprint(context: HooxContext): Promise<string> {
  const hash = createHash("sha256");
  for (const name of await migrationFiles(context)) {
    hash
      .update(name)
      .update("\0")
      .update(await readFile(join(context.root, "migrations", name)))
      .update("\0");
  }
  return hash.digest("hex");
}
