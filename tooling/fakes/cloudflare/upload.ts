import { Refusal } from "./http.ts";
import { current, type AccountState, type StoredBinding, type StoredScript, type StoredVersion } from "./state.ts";

export interface Upload {
  bindings: StoredBinding[];
  modules: StoredVersion["modules"];
  metadata: Record<string, unknown>;
  annotations: Record<string, string>;
  keep: string[];
}

interface Metadata extends Record<string, unknown> {
  main_module?: string;
  bindings?: StoredBinding[];
  keep_bindings?: string[];
  annotations?: Record<string, string>;
  migrations?: {
    old_tag?: string;
    new_tag?: string;
    steps?: { new_sqlite_classes?: string[]; new_classes?: string[] }[];
  };
}

/** The multipart form of an upload: `metadata` and the modules. */
export async function readUpload(form: FormData): Promise<Upload> {
  const field = form.get("metadata");
  if (field === null) throw new Refusal(400, 10_021, "metadata part is missing");
  // The form is wrangler's; its metadata is an object.
  const metadata = JSON.parse(typeof field === "string" ? field : await field.text()) as Metadata;
  const modules: StoredVersion["modules"] = [];
  for (const [name, value] of form) {
    if (name !== "metadata") modules.push({ name, text: typeof value === "string" ? value : await value.text() });
  }
  if (metadata.main_module !== undefined && !modules.some(({ name }) => name === metadata.main_module)) {
    throw new Refusal(400, 10_021, `No such module "${metadata.main_module}".`);
  }
  const { bindings = [], annotations = {}, keep_bindings: keep = [] } = metadata;
  return { bindings, modules, metadata, annotations, keep };
}

/** What stays of the version before: kinds that the upload keeps, and names that it inherits. */
export function keptBindings(before: StoredVersion | undefined, uploaded: Upload, strict: boolean): StoredBinding[] {
  const own = uploaded.bindings.filter(({ type }) => type !== "inherit");
  const old = before?.bindings ?? [];
  const inherited = uploaded.bindings
    .filter(({ type }) => type === "inherit")
    .flatMap(({ name }) => {
      const found = old.filter((each) => each.name === name);
      if (found.length === 0 && strict) {
        throw new Refusal(
          400,
          10_057,
          `Binding ${name} is inherited, but the latest version has no binding of this name`,
        );
      }
      return found;
    });
  const taken = new Set([...own, ...inherited].map(({ name }) => name));
  const kept = old.filter(({ name, type }) => uploaded.keep.includes(type) && !taken.has(name));
  return [...own, ...inherited, ...kept];
}

/** The Durable Object classes after the upload's migrations; they begin where the last ones ended. */
export function applyMigrations(
  script: StoredScript,
  { metadata, modules }: Upload,
): { classes: Set<string>; tag: string | undefined } {
  const { migrations } = metadata as Metadata;
  const classes = new Set(script.classes);
  if (migrations === undefined) return { classes, tag: script.migrationTag };
  if ((migrations.old_tag ?? "") !== (script.migrationTag ?? "")) {
    const why = `Migration tag precondition failed; expected tag '${migrations.old_tag ?? ""}' but got '${script.migrationTag ?? ""}'`;
    throw new Refusal(412, 10_079, why);
  }
  for (const name of (migrations.steps ?? []).flatMap((step) => [
    ...(step.new_sqlite_classes ?? []),
    ...(step.new_classes ?? []),
  ])) {
    if (classes.has(name))
      throw new Refusal(
        400,
        10_074,
        `Cannot apply new-class migration to class '${name}' that is already depended on by existing Durable Objects`,
      );
    if (!modules.some(({ text }) => text.includes(name))) {
      throw new Refusal(
        400,
        10_070,
        `Cannot apply new-class migration to class '${name}' that is not exported by script`,
      );
    }
    classes.add(name);
  }
  return { classes, tag: migrations.new_tag ?? script.migrationTag };
}

/** Everything that a binding points to must be there. */
export function checkBindings(
  state: AccountState,
  of: { script: StoredScript; bindings: readonly StoredBinding[]; classes: ReadonlySet<string> },
): void {
  for (const binding of of.bindings) {
    const refusal = problemOf(state, of, binding);
    if (refusal) throw refusal;
  }
}

function problemOf(
  state: AccountState,
  { script, classes }: { script: StoredScript; classes: ReadonlySet<string> },
  binding: StoredBinding,
): Refusal | undefined {
  const text = (key: string): string => (typeof binding[key] === "string" ? binding[key] : "");
  switch (binding.type) {
    case "queue":
      return state.queueNamed(text("queue_name"))
        ? undefined
        : new Refusal(404, 11_000, `Queue "${text("queue_name")}" does not exist.`);
    case "d1": {
      const id = text("id") || text("database_id");
      const why = `D1 binding '${binding.name}' references database '${id}' which was not found.`;
      return state.databases.has(id)
        ? undefined
        : new Refusal(400, 10_181, `${why} Please verify that the database exists.`);
    }
    case "kv_namespace": {
      const id = text("namespace_id");
      const why = `KV namespace '${id}' not found. Please use a valid namespace ID and try again.`;
      return state.namespaces.has(id) ? undefined : new Refusal(400, 10_041, why);
    }
    case "r2_bucket": {
      const name = text("bucket_name");
      return state.buckets.has(name)
        ? undefined
        : new Refusal(400, 10_085, `R2 bucket '${name}' not found. Please use a valid bucket name and try again.`);
    }
    case "service": {
      const target = text("service");
      if (target === script.name || state.scripts.has(target)) return undefined;
      const why = `Could not resolve service binding '${binding.name}'. Target script '${target}' not found.`;
      return new Refusal(400, 10_143, `${why} Please verify the target script and try again.`);
    }
    case "durable_object_namespace":
      return classProblem(state, { script, classes }, { name: text("class_name"), at: text("script_name") });
    default:
      return undefined;
  }
}

function classProblem(
  state: AccountState,
  { script, classes }: { script: StoredScript; classes: ReadonlySet<string> },
  wanted: { name: string; at: string },
): Refusal | undefined {
  const own = wanted.at === "" || wanted.at === script.name;
  const target = own ? undefined : state.scripts.get(wanted.at);
  if (!own && (target === undefined || current(target) === undefined)) {
    return new Refusal(
      400,
      10_061,
      `Cannot create binding for class '${wanted.name}' in script '${wanted.at}' that does not exist.`,
    );
  }
  if ((own ? classes : target?.classes)?.has(wanted.name)) return undefined;
  const why = "because it is not currently configured to implement Durable Objects";
  const hint = "Ensure a --new-class migration has been applied to it.";
  return new Refusal(400, 10_061, `Cannot create binding for class '${wanted.name}' ${why}. ${hint}`);
}
