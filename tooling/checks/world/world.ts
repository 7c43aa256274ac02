import type { Worker } from "#contracts/ids";
import type { ConfigEntry } from "#contracts/routes/config";
import type { MeshStatus } from "#contracts/routes/ops";
import type { WorkerHealth } from "../../cli/health.ts";
import type { Bucket, Database, Namespace, Permission, Queue, TokenState } from "../../cloudflare/index.ts";
import type { WorkerSettings, WorkerSubdomain } from "../../cloudflare/index.ts";
import type { Look } from "../../secrets/look.ts";
import type { SecretSource } from "../secret-source.ts";
import type { Wanted } from "../../deploy/wanted.ts";

/**
 * What checks may ask of the world. Each question is asked once however many checks ask it; one that cannot be
 * answered throws the same CliError to all of them.
 */
export interface World {
  readonly local: boolean;
  /** What a command line needs to mean this place again: empty, or an option behind a space. */
  readonly flag: string;
  /** A command on a mesh, as this terminal means this place's one by it. */
  onMesh: (command: string) => Promise<string>;
  /** By somebody else's clock where one answers: what a mesh has written down is not compared with a wrong one. */
  now: () => Promise<Date>;
  wanted: () => Promise<Wanted>;
  account: AccountView;
  mesh: MeshView;
  machine: MachineView;
  secrets: () => Promise<Look>;
  /** What is to be known of its code before a Worker is deployed from here; undefined when the same runs. */
  codeRemark: (worker: Worker) => Promise<string | undefined>;
  /** Where a value for this secret can be had without asking anybody. */
  secretSource: (name: string) => Promise<SecretSource>;
  clock: () => Promise<Clock>;
}

/** How far this machine's clock is ahead of another's, in milliseconds, and how wrong that may be. */
export interface Clock {
  of: string;
  aheadMs: number;
  toleranceMs: number;
}

/** The Cloudflare account. Every question but the token's own fails when the token is refused. */
export interface AccountView {
  token: () => Promise<TokenState>;
  missingPermissions: () => Promise<Permission[]>;
  workers: () => Promise<ReadonlySet<string>>;
  /** Undefined for a Worker that is not deployed, as below. */
  settings: (worker: Worker) => Promise<WorkerSettings | undefined>;
  migrationTag: (worker: Worker) => Promise<string | undefined>;
  /** When it was deployed last, or given a secret. */
  modifiedAt: (worker: Worker) => Promise<Date | undefined>;
  /** The ids of the versions that take its requests. */
  versions: (worker: Worker) => Promise<string[]>;
  crons: (worker: Worker) => Promise<string[] | undefined>;
  address: (worker: Worker) => Promise<WorkerSubdomain | undefined>;
  queues: () => Promise<Queue[]>;
  namespaces: () => Promise<Namespace[]>;
  databases: () => Promise<Database[]>;
  buckets: () => Promise<Bucket[]>;
  /** By name, in order; empty for a database that was never migrated. */
  appliedMigrations: () => Promise<string[]>;
  tables: () => Promise<ReadonlySet<string>>;
  /** One key of the namespace of configuration, as the account itself has it. */
  value: (key: string) => Promise<string | undefined>;
}

export interface MeshView {
  health: () => Promise<WorkerHealth[]>;
  status: () => Promise<MeshStatus>;
  /** What the Workers read in KV. */
  config: () => Promise<ConfigEntry[]>;
  /** When the minute cron of ops-worker last ran; undefined when it never has. */
  monitorRan: () => Promise<Date | undefined>;
}

export interface MachineView {
  nodeVersion: string;
  /** What package.json pins and what is installed of it. */
  pinnedNode: () => Promise<{ wanted: string; installed: string | undefined }>;
  packagesAreCurrent: () => Promise<boolean>;
  /** The mesh that runs here, if one does. */
  running: () => Promise<{ url: string; startedAt: Date } | undefined>;
  portIsFree: (port: number) => Promise<boolean>;
  state: () => Promise<{ path: string; writable: boolean }>;
  devVars: () => Promise<{ missing: string[]; readableByOthers: boolean; present: boolean }>;
  databaseIsCurrent: () => Promise<boolean>;
  /** Files that differ from the registry. */
  unsynced: () => Promise<string[]>;
  /** The files of `migrations/`, oldest first, and the tables that they make. */
  migrations: () => Promise<{ names: string[]; tables: string[] }>;
}
