import type { ScriptListResponse } from "cloudflare/resources/workers/scripts/scripts";
import { current, type StoredBinding, type StoredDeployment, type StoredScript, type StoredVersion } from "./state.ts";

const AUTHOR = { author_email: "trader@example.com", author_id: "00000000000000000000000000000001" };

/** Bindings as the API shows them: a secret by its name alone. */
function shown(bindings: readonly StoredBinding[]): object[] {
  return bindings.map(({ text, ...binding }) =>
    binding.type === "secret_text" || text === undefined ? binding : { ...binding, text },
  );
}

export function listedView(script: StoredScript): ScriptListResponse & { tag: string } {
  return {
    id: script.name,
    tag: script.tag,
    etag: current(script)?.id ?? "",
    handlers: handlersOf(current(script)),
    modified_on: script.modifiedOn.toISOString(),
    created_on: script.createdOn.toISOString(),
    usage_model: "standard",
    compatibility_date: compatibilityOf(current(script)),
    last_deployed_from: "wrangler",
    ...(script.migrationTag === undefined ? {} : { migration_tag: script.migrationTag }),
  };
}

export function uploadedView(script: StoredScript, version: StoredVersion): object {
  return {
    ...listedView(script),
    available_on_subdomain: script.subdomain.enabled,
    pipeline_hash: null,
    mutable_pipeline_id: null,
    startup_time_ms: 12,
    entry_point: version.metadata["main_module"] ?? "index.js",
  };
}

export function versionView(script: StoredScript, version: StoredVersion): object {
  return {
    ...versionItem(version),
    resources: {
      bindings: shown(version.bindings),
      // wrangler breaks down without it.
      script: { etag: version.id, handlers: handlersOf(version), last_deployed_from: "wrangler" },
      script_runtime: {
        compatibility_date: compatibilityOf(version),
        compatibility_flags: [],
        usage_model: "standard",
        ...(script.migrationTag === undefined ? {} : { migration_tag: script.migrationTag }),
      },
    },
  };
}

export function versionItem(version: StoredVersion): object {
  return { id: version.id, number: version.number, metadata: metadataView(version), annotations: version.annotations };
}

export function metadataView(version: StoredVersion): object {
  const at = version.createdOn.toISOString();
  return { created_on: at, modified_on: at, source: version.source, ...AUTHOR };
}

export function deploymentView(deployment: StoredDeployment): object {
  const { id, source, versions, annotations } = deployment;
  return {
    id,
    source,
    strategy: "percentage",
    versions,
    annotations,
    created_on: deployment.createdOn.toISOString(),
    ...AUTHOR,
  };
}

export function settingsView(script: StoredScript): object {
  const version = current(script);
  return {
    bindings: shown(version?.bindings ?? []),
    compatibility_date: compatibilityOf(version),
    compatibility_flags: [],
    usage_model: "standard",
    tags: [],
    tail_consumers: [],
    logpush: false,
    placement: {},
    observability: version?.metadata["observability"] ?? { enabled: false },
    ...script.settings,
    ...(script.migrationTag === undefined ? {} : { migration_tag: script.migrationTag }),
  };
}

export function schedulesView(script: StoredScript): object {
  const at = script.modifiedOn.toISOString();
  return { schedules: script.crons.map((cron) => ({ cron, created_on: at, modified_on: at })) };
}

export function serviceView(script: StoredScript): object {
  const at = { created_on: script.createdOn.toISOString(), modified_on: script.modifiedOn.toISOString() };
  const environment = { environment: "production", ...at, script: { ...listedView(script), tags: [] } };
  return { id: script.name, default_environment: environment, environments: [environment], ...at };
}

/** Read off the code; the platform runs it to find out. */
export function handlersOf(version: StoredVersion | undefined): string[] {
  const code = version?.modules.map(({ text }) => text).join("\n") ?? "";
  return ["fetch", "queue", "scheduled"].filter((name) => new RegExp(`\\b${name}\\b\\s*[(:,}]`).test(code));
}

function compatibilityOf(version: StoredVersion | undefined): string {
  const date = version?.metadata["compatibility_date"];
  return typeof date === "string" ? date : "";
}
