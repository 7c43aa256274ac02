import type * as z from "zod";
import type { opsRoutes } from "#contracts/routes/ops";
import type { Route } from "#contracts/routes/route";
import { HttpError } from "#runtime/http-error";
import type { OpsDeps } from "./deps.ts";

type OpsRoutes = typeof opsRoutes;

/** One call of a route, its query and body already checked by the route's row. */
export interface Call<R extends Route = Route> {
  requestId: string;
  params: Readonly<Record<string, string>>;
  query: z.infer<R["query"]>;
  body: z.infer<R["body"]>;
}

/** One handler per row: a missing or an extra one does not compile. */
export type OpsHandlers = {
  readonly [Name in keyof OpsRoutes]: (
    call: Call<OpsRoutes[Name]>,
    deps: OpsDeps,
  ) => Promise<z.input<OpsRoutes[Name]["reply"]>>;
};

/** Throws 400 naming the field. */
export function checked<Schema extends z.ZodType>(where: string, schema: Schema, value: unknown): z.infer<Schema> {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  throw new HttpError(400, `invalid_${where}`, inWords(where, parsed.error, value));
}

/** zod's words name types; the reader is somebody with curl in a hurry. */
function inWords(where: string, error: z.ZodError, value: unknown): string {
  const [issue] = error.issues;
  if (issue === undefined || issue.path.length === 0) return `the ${where} is not a JSON object`;
  const field = issue.path.join(".");
  // What a row says itself begins small and continues the sentence.
  if (/^[a-z]/.test(issue.message)) return `${field} ${issue.message}`;
  if (valueAt(value, issue.path) === undefined) return `${field} is missing`;
  if (issue.code === "too_small" && issue.origin === "string" && issue.minimum === 1) return `${field} is empty`;
  if (issue.code === "invalid_format" && issue.format === "uuid") {
    return `${field} is not a UUID: it is the X-Request-Id of an answer`;
  }
  return `${field}: ${issue.message}`;
}

function valueAt(value: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>(
    (inside, key) => (typeof inside === "object" && inside !== null ? Reflect.get(inside, key) : undefined),
    value,
  );
}
