import { createHash } from "node:crypto";
import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import * as z from "zod";
import type { HooxContext } from "./context.ts";
import { CliError } from "./errors.ts";
import { persistPath } from "./start/mesh-file.ts";
import { D1_CONFIG, localEnv, wrangler } from "./wrangler.ts";

/** Which database: the one on this machine below `state`, or the account's. */
export type Where = { remote: true } | { remote: false; state: string };

export const DATABASE = "hoox";

/** Applies what is pending; safe to repeat, also while a local mesh runs on the same state. */
export async function applyMigrations(context: HooxContext, where: Where): Promise<void> {
  await wrangler(context, ["d1", "migrations", "apply", "DB", ...flags(where)], envFor(context, where));
  if (!where.remote) await writeFile(stampPath(where.state), await fingerprint(context));
}

/** Like {@link applyMigrations} for a start: at once when these files were applied to this state before. */
export async function migrateOnStart(context: HooxContext, state: string): Promise<{ applied: boolean }> {
  const stamp = await readFile(stampPath(state), "utf8").catch(() => "");
  if (stamp === (await fingerprint(context)) || (await migrationFiles(context)).length === 0) return { applied: false };
  await mkdir(persistPath(state), { recursive: true });
  await applyMigrations(context, { remote: false, state });
  return { applied: true };
}

export async function migrationFiles(context: HooxContext): Promise<string[]> {
  const names = await readdir(join(context.root, "migrations")).catch(() => []);
  return names.filter((name) => name.endsWith(".sql")).toSorted();
}

const executed = z.array(z.object({ results: z.array(z.object({ name: z.string(), applied_at: z.string() })) })).min(1);

/** What the database says of itself, oldest first; empty for one that was never migrated. */
export async function appliedMigrations(
  context: HooxContext,
  where: Where,
): Promise<{ name: string; appliedAt: string }[]> {
  const sql = "SELECT name, applied_at FROM d1_migrations ORDER BY id";
  const args = ["d1", "execute", "DB", "--json", "--command", sql, ...flags(where)];
  const text = await wrangler(context, args, envFor(context, where)).catch((error: unknown) => {
    if (error instanceof CliError && error.message.includes("no such table: d1_migrations")) return '[{"results":[]}]';
    throw error;
  });
  const [first] = executed.parse(JSON.parse(text.slice(text.indexOf("["))));
  // SQLite's CURRENT_TIMESTAMP is UTC without saying so.
  return (first?.results ?? []).map((row) => ({
    name: row.name,
    appliedAt: new Date(`${row.applied_at.replace(" ", "T")}Z`).toISOString(),
  }));
}

function flags(where: Where): string[] {
  const place = where.remote ? ["--remote"] : ["--local", "--persist-to", persistPath(where.state)];
  return ["-c", D1_CONFIG, ...place];
}

function envFor(context: HooxContext, where: Where): { env?: Record<string, string | undefined> } {
  return where.remote ? {} : { env: localEnv(context, where) };
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
