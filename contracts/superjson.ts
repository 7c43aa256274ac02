import { serialize, type SuperJSONResult } from "superjson";

/** superjson refuses them. */
const UNSAFE: ReadonlySet<string> = new Set(["__proto__", "constructor", "prototype"]);

type Json = SuperJSONResult["json"];
type Annotations = Record<string, ["Date"] | ["undefined"]>;

/** Stands for what only superjson itself can write. */
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
