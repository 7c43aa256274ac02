import type { Worker } from "#contracts/ids";
import type { HooxContext } from "../cli/context.ts";
import { CliError } from "../cli/errors.ts";
import type { Account } from "../cloudflare/index.ts";
import { neededAccount, type Place } from "../secrets/place.ts";

/** What mends may use to change things. */
export interface Hands {
  context: HooxContext;
  place: Place;
  account: () => Promise<Account>;
  /** Something that must not wait for the end, such as the way back. */
  tell: (line: string) => void;
  /** Uploads and deploys one Worker as it stands in this checkout, with all that it needs. */
  deploy: (worker: Worker) => Promise<void>;
  /** Runs the pending migrations of the place's database. */
  migrate: () => Promise<void>;
}

export function handsOf(context: HooxContext, place: Place, tell: (line: string) => void): Hands {
  const account = (): Promise<Account> => neededAccount(context, place);
  return {
    context,
    place,
    account,
    tell,
    deploy: async (worker) => deployOne(context, await account(), { worker, tell }),
    migrate: async () => (place.local ? migrateHere(context, place) : migrateThere(context, await account(), tell)),
  };
}

async function deployOne(
  context: HooxContext,
  account: Account,
  { worker, tell }: { worker: Worker; tell: (line: string) => void },
): Promise<void> {
  const [{ prepare }, { deploy }, { fingerprints }] = await Promise.all([
    import("../deploy/prepare.ts"),
    import("../deploy/deploy.ts"),
    import("../deploy/fingerprint.ts"),
  ]);
  const prepared = await prepare(context, account, { chosen: [worker], force: true, prints: fingerprints });
  if (!("steps" in prepared)) {
    const words = prepared.problems.map(({ message }) => message).join("; ");
    throw new CliError(1, `${worker} was not deployed: ${words}`, {
      hint: prepared.problems.map(({ todo }) => todo).join("; "),
    });
  }
  const watcher = { starts: () => undefined, ended: () => undefined, stopped: () => undefined };
  const { failure } = await deploy(context, account, { prepared, tell, watcher });
  if (failure !== undefined) throw new CliError(failure.exitCode, failure.message, { hint: failure.hint });
}

async function migrateHere(context: HooxContext, { mesh }: Place): Promise<void> {
  const [{ migrateOnStart }, { localMesh }] = await Promise.all([
    import("../cli/migrations.ts"),
    import("../cli/start/running.ts"),
  ]);
  const { state } = await localMesh(context.root, { url: mesh?.target.url });
  await migrateOnStart(context, state);
}

async function migrateThere(context: HooxContext, account: Account, tell: (line: string) => void): Promise<void> {
  const { databaseThere, migrateThere: migrate, pendingThere, wayBack } = await import("../deploy/database.ts");
  const database = await databaseThere(account);
  const pending = await pendingThere(context, account, database);
  const bookmarked = (point: string): void => tell(`before the migrations; the way back: ${wayBack(point)}`);
  if (pending.length > 0) await migrate(context, account, { database, pending, bookmarked });
}
