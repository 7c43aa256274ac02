import { DATABASE } from "../cli/migrations.ts";
import { found, type Check } from "./check.ts";
import type { Hands } from "./hands.ts";

const WHY = "records and logs that need it fail (D1_ERROR: no such table); they are tried again meanwhile";
const mend = { plan: "run the pending migrations", do: ({ migrate }: Hands): Promise<void> => migrate() };

export const migrations: Check = {
  id: "migrations",
  places: ["local", "remote"],
  async diagnose(world) {
    const next = `npx hoox repair db${world.flag}`;
    if (world.local) {
      if (await world.machine.databaseIsCurrent()) return [];
      const what = "the local database lacks migrations";
      return [found({ what, why: `${WHY}; npm start runs them too`, which: DATABASE, severity: "harms", next, mend })];
    }
    const { account, machine } = world;
    // A missing database has a check of its own.
    if (!(await account.databases()).some(({ name }) => name === DATABASE)) return [];
    const [{ names, tables }, applied, there] = await Promise.all([
      machine.migrations(),
      account.appliedMigrations(),
      account.tables(),
    ]);
    const pending = names.filter((name) => !applied.includes(name));
    if (pending.length > 0) {
      const what = `the database lacks ${pending.length === 1 ? "a migration" : `${pending.length} migrations`}: ${pending.join(", ")}`;
      return [found({ what, why: WHY, which: DATABASE, severity: "stops", next, mend })];
    }
    const lost = tables.filter((table) => !there.has(table));
    if (lost.length === 0) return [];
    return [
      found({
        what: `the database has lost tables: ${lost.join(", ")}`,
        why: "its migrations made them, so somebody has dropped them: migrating again brings nothing back",
        which: DATABASE,
        severity: "stops",
        next: `look for a point before it: npx wrangler d1 time-travel info ${DATABASE}`,
      }),
    ];
  },
};
