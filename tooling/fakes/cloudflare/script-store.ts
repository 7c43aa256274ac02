import { randomUUID } from "node:crypto";
import { formOf, Refusal, type Exchange } from "./http.ts";
import {
  current,
  hexId,
  type AccountState,
  type StoredDeployment,
  type StoredScript,
  type StoredVersion,
} from "./state.ts";
import { applyMigrations, checkBindings, keptBindings, readUpload } from "./upload.ts";

/** Takes what wrangler sends: nothing of it is kept when anything of it does not fit. */
export async function upload(
  state: AccountState,
  exchange: Exchange,
): Promise<{ script: StoredScript; version: StoredVersion }> {
  const name = exchange.params["script"] ?? "";
  const uploaded = await readUpload(await formOf(exchange));
  const script = state.scripts.get(name) ?? newScript(name, state.now());
  const newest = latest(script);
  const bindings = keptBindings(newest, uploaded, exchange.query.get("bindings_inherit") === "strict");
  const migrated = applyMigrations(script, uploaded);
  checkBindings(state, { script, bindings, classes: migrated.classes });
  script.classes = migrated.classes;
  script.migrationTag = migrated.tag;
  state.scripts.set(name, script);
  return { script, version: addVersion(script, { ...uploaded, bindings, source: "wrangler" }, state.now()) };
}

export function addVersion(
  script: StoredScript,
  of: Pick<StoredVersion, "bindings" | "modules" | "metadata" | "annotations" | "source">,
  now: Date,
): StoredVersion {
  const version = { ...of, id: randomUUID(), number: script.versions.length + 1, createdOn: now };
  script.versions.push(version);
  script.modifiedOn = now;
  return version;
}

export function deployVersion(
  script: StoredScript,
  versions: StoredDeployment["versions"],
  now: Date,
  annotations: Record<string, string> = {},
): StoredDeployment {
  for (const { version_id: id } of versions) {
    if (!script.versions.some((version) => version.id === id)) {
      throw new Refusal(404, 10_218, `Version ${id} does not exist on Worker ${script.name}`);
    }
  }
  const deployment = { id: randomUUID(), createdOn: now, source: "wrangler", versions, annotations };
  script.deployments.push(deployment);
  return deployment;
}

/** Names of the secrets that the version which takes the requests does not have in common with this one. */
export function secretsChangedSince(script: StoredScript, versionId: string): string[] {
  const secretsOf = (version: StoredVersion | undefined): Map<string, string | undefined> =>
    new Map(version?.bindings.filter(({ type }) => type === "secret_text").map(({ name, text }) => [name, text]));
  const now = secretsOf(current(script));
  const then = secretsOf(script.versions.find(({ id }) => id === versionId));
  return [...new Set([...now.keys(), ...then.keys()])].filter((name) => now.get(name) !== then.get(name));
}

export function latest(script: StoredScript): StoredVersion | undefined {
  return script.versions.at(-1);
}

function newScript(name: string, now: Date): StoredScript {
  return {
    name,
    tag: hexId(),
    createdOn: now,
    modifiedOn: now,
    versions: [],
    deployments: [],
    crons: [],
    subdomain: { enabled: false, previews_enabled: false },
    settings: {},
    migrationTag: undefined,
    classes: new Set(),
  };
}
