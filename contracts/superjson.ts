import { deserialize, serialize, type SuperJSONResult } from "superjson";

/** superjson refuses them. */
const UNSAFE: ReadonlySet<string> = new Set(["__proto__", "constructor", "prototype"]);

type Json = SuperJSONResult["json"];
type Annotations = Record<string, ["Date"] | ["undefined"]>;

/** Stands for what only superjson itself can write or read. */
const OTHER = Symbol("other");

/**
 * What superjson's `serialize` answers. Its walk is most of what a message costs, and messages hold nothing but JSON,
 * dates and undefined: those are written here, everything else by superjson.
 */
export function toSuperjson(value: unknown): SuperJSONResult {
  const values: Annotations = {};
  const json = write(value, "", values, new Set());
  if (json === OTHER) return serialize(value);
  for (const _ in values) return { json, meta: { values, v: 1 } };
  return { json };
}

/** What superjson's `deserialize` answers, and throws; what it is given stays as it is. */
export function fromSuperjson(wire: SuperJSONResult): unknown {
  const { json, meta } = wire;
  const copied = copy(json);
  if (copied === OTHER) return deserialize(wire);
  if (meta === undefined) return copied;
  if (meta.v !== 1 || meta.referentialEqualities !== undefined || !isObject(meta.values)) return deserialize(wire);
  for (const [path, annotation] of Object.entries(meta.values)) {
    if (!annotate(copied, path, annotation)) return deserialize(wire);
  }
  return copied;
}

/** Objects that stand in two places are superjson's business too. */
function write(value: unknown, path: string, values: Annotations, seen: Set<object>): Json | typeof OTHER {
  if (value === null || typeof value === "string" || typeof value === "boolean") return value;
  if (typeof value === "number") return Number.isFinite(value) && !Object.is(value, -0) ? value : OTHER;
  if (path === "" && (value === undefined || value instanceof Date)) return OTHER;
  if (value === undefined) {
    values[path] = ["undefined"];
    return null;
  }
  if (typeof value !== "object" || seen.has(value)) return OTHER;
  seen.add(value);
  if (value instanceof Date) {
    if (Number.isNaN(value.getTime())) return OTHER;
    values[path] = ["Date"];
    return value.toISOString();
  }
  const before = path === "" ? "" : `${path}.`;
  if (Array.isArray(value)) {
    const items: Json[] = [];
    for (const [index, each] of value.entries()) {
      const item = write(each, `${before}${index}`, values, seen);
      if (item === OTHER) return OTHER;
      items.push(item);
    }
    return items;
  }
  if (Object.getPrototypeOf(value) !== Object.prototype) return OTHER;
  const written: Record<string, Json> = {};
  for (const [key, each] of Object.entries(value)) {
    if (UNSAFE.has(key)) return OTHER;
    const item = write(each, before + escaped(key), values, seen);
    if (item === OTHER) return OTHER;
    written[key] = item;
  }
  return written;
}

function escaped(key: string): string {
  return key.includes(".") || key.includes("\\") ? key.replaceAll("\\", "\\\\").replaceAll(".", "\\.") : key;
}

function copy(value: unknown): unknown {
  if (typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) {
    const items = value.map(copy);
    return items.includes(OTHER) ? OTHER : items;
  }
  if (Object.getPrototypeOf(value) !== Object.prototype) return OTHER;
  const copied: Record<string, unknown> = {};
  for (const [key, each] of Object.entries(value)) {
    const item = UNSAFE.has(key) ? OTHER : copy(each);
    if (item === OTHER) return OTHER;
    copied[key] = item;
  }
  return copied;
}

/** Gives the value at the path its type back; false when that is more than a date or undefined where one can be. */
function annotate(whole: unknown, path: string, annotation: unknown): boolean {
  if (!Array.isArray(annotation) || annotation.length !== 1 || path.includes("\\")) return false;
  const steps = path.split(".");
  const last = steps.pop() ?? "";
  let holder = whole;
  for (const step of steps) {
    if (!isObject(holder) || !Object.hasOwn(holder, step)) return false;
    holder = holder[step];
  }
  if (!isObject(holder) || !Object.hasOwn(holder, last)) return false;
  const [type] = annotation;
  const written = holder[last];
  if (type === "Date" && typeof written === "string") holder[last] = new Date(written);
  else if (type === "undefined" && written === null) holder[last] = undefined;
  else return false;
  return true;
}

/** Arrays too: their indices are keys. */
function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}
