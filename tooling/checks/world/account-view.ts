import type { Worker } from "#contracts/ids";
import type { HooxContext } from "../../cli/context.ts";
import { CliError } from "../../cli/errors.ts";
import { DATABASE } from "../../cli/migrations.ts";
import type { Account, Database, DeployedWorker } from "../../cloudflare/index.ts";
import { appliedThere } from "../../deploy/database.ts";
import { neededAccount, type Place } from "../../secrets/place.ts";
import { NAMESPACE } from "../../cli/config-store.ts";
import type { Once } from "./once.ts";
import type { AccountView } from "./world.ts";

export function accountView(context: HooxContext, place: Place, once: Once): AccountView {
  const opened = (): Promise<Account> => once.ask("account", () => neededAccount(context, place));
  const token: AccountView["token"] = () => once.ask("token", async () => (await opened()).token());

  /** With a refused token nothing else is worth asking: all checks say the same then. */
  function ask<T>(question: string, find: (account: Account) => Promise<T>): Promise<T> {
    return once.ask(question, async () => {
      const { status } = await token();
      if (status !== "active") throw new CliError(3, `the API token is ${status}`);
      return find(await opened());
    });
  }

  const listed = (): Promise<DeployedWorker[]> => ask("workers", (account) => account.workers.list());
  const databases = (): Promise<Database[]> => ask("databases", (account) => account.databases.list());
  const namespaces: AccountView["namespaces"] = () => ask("namespaces", (account) => account.namespaces.list());

  const ownDatabase = async (): Promise<Database | undefined> =>
    (await databases()).find(({ name }) => name === DATABASE);

  return {
    token,
    missingPermissions: () => ask("permissions", (account) => account.missingPermissions()),
    workers: async () => new Set((await listed()).map(({ name }) => name)),
    migrationTag: async (worker) => (await listed()).find(({ name }) => name === worker)?.migrationTag,
    async modifiedAt(worker) {
      const at = (await listed()).find(({ name }) => name === worker)?.modifiedAt;
      return at === undefined ? undefined : new Date(at);
    },
    settings: (worker: Worker) => ask(`settings ${worker}`, (account) => account.workers.settings(worker)),
    versions: (worker) =>
      ask(`versions ${worker}`, async (account) => {
        const [latest] = (await account.workers.deployments(worker)) ?? [];
        return (latest?.versions ?? []).map(({ id }) => id);
      }),
    crons: (worker) => ask(`crons ${worker}`, (account) => account.workers.crons(worker)),
    address: (worker) => ask(`address ${worker}`, (account) => account.workers.subdomain(worker)),
    queues: () => ask("queues", (account) => account.queues.list()),
    namespaces,
    databases,
    buckets: () => ask("buckets", (account) => account.buckets.list()),
    async appliedMigrations() {
      const database = await ownDatabase();
      if (database === undefined) return [];
      const applied = await ask("migrations", (account) => appliedThere(account, database));
      return applied.map(({ name }) => name);
    },
    async tables() {
      const database = await ownDatabase();
      if (database === undefined) return new Set();
      const rows = await ask("tables", (account) => account.databases.query(database, TABLES, { reads: true }));
      return new Set(rows.map(({ name }) => String(name)));
    },
    async value(key) {
      const namespace = (await namespaces()).find(({ title }) => title === NAMESPACE);
      if (namespace === undefined) return undefined;
      return ask(`value ${key}`, (account) => account.namespaces.get(namespace, key));
    },
  };
}

const TABLES = "SELECT name FROM sqlite_master WHERE type = 'table'";
