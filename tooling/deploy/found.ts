import type { Worker } from "#contracts/ids";
import type {
  Account,
  Database,
  DeployedWorker,
  Deployment,
  Namespace,
  Queue,
  WorkerSettings,
  WorkerSubdomain,
} from "../cloudflare/index.ts";
import type { Wanted } from "./wanted.ts";

/** One Worker as it is deployed. */
export interface FoundWorker {
  settings: WorkerSettings;
  /** Names. */
  secrets: string[];
  crons: string[];
  address: WorkerSubdomain;
  /** The one that takes the requests. */
  deployment: Deployment | undefined;
  /** It is not the newest version alone that takes the requests: a roll-back, a gradual deployment, a stopped one. */
  behind: boolean;
}

/** What of the wanted an account has. */
export interface Found {
  workers: ReadonlyMap<Worker, FoundWorker>;
  queues: ReadonlyMap<string, Queue>;
  databases: ReadonlyMap<string, Database>;
  namespaces: ReadonlyMap<string, Namespace>;
  buckets: ReadonlySet<string>;
  /** The part before `.workers.dev`; undefined while the account has none. */
  subdomain: string | undefined;
}

/** Reads alone: about forty questions. */
export async function lookAt(account: Account, wanted: Wanted): Promise<Found> {
  const [deployed, queues, databases, namespaces, buckets, subdomain] = await Promise.all([
    account.workers.list(),
    account.queues.list(),
    account.databases.list(),
    account.namespaces.list(),
    account.buckets.list(),
    account.workers.accountSubdomain(),
  ]);
  const workers = await Promise.all(
    wanted.workers.map(async ({ name }): Promise<[Worker, FoundWorker][]> => {
      const listed = deployed.find((each) => each.name === name);
      const found = listed && (await workerIn(account, listed));
      return found === undefined ? [] : [[name, found]];
    }),
  );
  return {
    workers: new Map(workers.flat()),
    queues: byKey(queues, ({ name }) => name),
    databases: byKey(databases, ({ name }) => name),
    namespaces: byKey(namespaces, ({ title }) => title),
    buckets: new Set(buckets.map(({ name }) => name)),
    subdomain,
  };
}

async function workerIn(account: Account, { name }: DeployedWorker): Promise<FoundWorker | undefined> {
  const { workers, secrets } = account;
  const [settings, names, crons, address, deployment, newest] = await Promise.all([
    workers.settings(name),
    secrets.names(name),
    workers.crons(name),
    workers.subdomain(name),
    workers.deployment(name),
    workers.newestVersion(name),
  ]);
  // Deleted between two questions.
  if (settings === undefined) return undefined;
  const taking = deployment?.versions ?? [];
  return {
    settings,
    secrets: names ?? [],
    crons: crons ?? [],
    address: address ?? { enabled: false, previewsEnabled: false },
    deployment,
    behind: newest !== undefined && !(taking.length === 1 && taking[0]?.id === newest.id),
  };
}

function byKey<T>(all: readonly T[], key: (of: T) => string): Map<string, T> {
  return new Map(all.map((each) => [key(each), each]));
}
