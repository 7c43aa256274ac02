import { randomBytes } from "node:crypto";
import { FakeDatabase } from "./database.ts";
import { Refusal } from "./http.ts";

/** A binding as uploaded; a secret's `text` never leaves the fake. */
export type StoredBinding = { name: string; type: string; text?: string } & Record<string, unknown>;

export interface StoredVersion {
  id: string;
  number: number;
  createdOn: Date;
  source: string;
  bindings: StoredBinding[];
  /** The code itself, for what is read from it. */
  modules: { name: string; text: string }[];
  metadata: Record<string, unknown>;
  annotations: Record<string, string>;
}

export interface StoredDeployment {
  id: string;
  createdOn: Date;
  source: string;
  versions: { version_id: string; percentage: number }[];
  annotations: Record<string, string>;
}

export interface StoredScript {
  name: string;
  /** Cloudflare's own id of it. */
  tag: string;
  createdOn: Date;
  modifiedOn: Date;
  /** Oldest first. */
  versions: StoredVersion[];
  deployments: StoredDeployment[];
  crons: string[];
  subdomain: { enabled: boolean; previews_enabled: boolean };
  settings: Record<string, unknown>;
  migrationTag: string | undefined;
  /** Durable Object classes that a migration made. */
  classes: Set<string>;
}

export interface StoredConsumer {
  id: string;
  type: "worker" | "http_pull";
  script: string | undefined;
  deadLetterQueue: string | undefined;
  settings: Record<string, number | null>;
  createdOn: Date;
}

export interface StoredMessage {
  id: string;
  body: string;
  contentType: "json" | "text" | "bytes";
  attempts: number;
  at: Date;
  ref: string;
}

export interface StoredQueue {
  id: string;
  name: string;
  createdOn: Date;
  modifiedOn: Date;
  settings: { delivery_delay: number; delivery_paused: boolean; message_retention_period: number };
  consumers: StoredConsumer[];
  messages: StoredMessage[];
  /** When it was emptied last. */
  purgedAt?: string;
}

export interface StoredNamespace {
  id: string;
  title: string;
  values: Map<string, { value: Buffer; metadata?: unknown; expiration?: number }>;
}

/** Everything that one account holds. */
export class AccountState {
  readonly now: () => Date;
  readonly id: string;
  readonly name: string;
  readonly subdomain: string;
  readonly scripts = new Map<string, StoredScript>();
  readonly queues = new Map<string, StoredQueue>();
  readonly databases = new Map<string, FakeDatabase>();
  readonly namespaces = new Map<string, StoredNamespace>();
  readonly buckets = new Map<string, { name: string; createdOn: Date }>();
  /** What `POST …/telemetry/query` searches. */
  readonly events: { timestamp: number; source: unknown; worker: string; level: string; message: string }[] = [];

  constructor(options: { id: string; name: string; subdomain: string; now: () => Date }) {
    this.id = options.id;
    this.name = options.name;
    this.subdomain = options.subdomain;
    this.now = options.now;
  }

  script(name: string): StoredScript {
    const found = this.scripts.get(name);
    if (!found) throw new Refusal(404, 10_007, "This Worker does not exist on your account.");
    return found;
  }

  queueNamed(name: string): StoredQueue | undefined {
    return [...this.queues.values()].find((queue) => queue.name === name);
  }

  /** Producers are no setting of a queue: they are who has a binding to it. */
  producersOf(queue: StoredQueue): string[] {
    const sends = (script: StoredScript): boolean =>
      current(script)?.bindings.some((each) => each.type === "queue" && each["queue_name"] === queue.name) ?? false;
    return [...this.scripts.values()].filter(sends).map(({ name }) => name);
  }

  addQueue(name: string): StoredQueue {
    if (this.queueNamed(name)) throw new Refusal(409, 11_009, "Queue name is already taken.");
    const queue: StoredQueue = {
      id: hexId(),
      name,
      createdOn: this.now(),
      modifiedOn: this.now(),
      settings: { delivery_delay: 0, delivery_paused: false, message_retention_period: 345_600 },
      consumers: [],
      messages: [],
    };
    this.queues.set(queue.id, queue);
    return queue;
  }

  addDatabase(name: string, id: string): FakeDatabase {
    if ([...this.databases.values()].some((each) => each.name === name)) {
      throw new Refusal(400, 7_502, `Database with name '${name}' already exists`);
    }
    const database = new FakeDatabase({ id, name, createdAt: this.now() });
    this.databases.set(id, database);
    return database;
  }

  addNamespace(title: string, id: string): StoredNamespace {
    if ([...this.namespaces.values()].some((each) => each.title === title)) {
      throw new Refusal(400, 10_014, "create namespace: 'a namespace with this account ID and title already exists'");
    }
    const namespace: StoredNamespace = { id, title, values: new Map() };
    this.namespaces.set(id, namespace);
    return namespace;
  }
}

/** The version that takes the requests. */
export function current(script: StoredScript): StoredVersion | undefined {
  const id = script.deployments.at(-1)?.versions[0]?.version_id;
  return script.versions.find((version) => version.id === id);
}

export function hexId(): string {
  return randomBytes(16).toString("hex");
}
