import * as z from "zod";

/** One HTTP route that a server and its clients both read. `:name` parts are filled by the caller. */
export interface Route<
  Query extends z.ZodType = z.ZodType,
  Body extends z.ZodType = z.ZodType,
  Reply extends z.ZodType = z.ZodType,
> {
  readonly method: "GET" | "POST" | "PUT" | "DELETE";
  readonly path: string;
  /** Query parameters, as text. */
  readonly query: Query;
  readonly body: Body;
  readonly reply: Reply;
}

const none = z.object({});

export function route<
  Reply extends z.ZodType,
  Query extends z.ZodType = typeof none,
  Body extends z.ZodType = z.ZodUndefined,
>(of: { method: Route["method"]; path: string; query?: Query; body?: Body; reply: Reply }): Route<Query, Body, Reply> {
  // Absent parts take the defaults that the type parameters name.
  return { query: none, body: z.undefined(), ...of } as unknown as Route<Query, Body, Reply>;
}

/** JSON carries times as ISO text with milliseconds. */
export const time = z.iso.datetime();

/** What could not be asked, and why; absent when everything answered. */
export const problems = z.array(z.string()).optional();

export const limit = z.coerce.number().int().min(1).max(1_000).default(100);

/** A row of a table as D1 stores it: snake_case columns, ISO times, decimal text. */
export const row = z.record(z.string(), z.union([z.string(), z.number(), z.null()]));

export type Row = z.infer<typeof row>;

export const queueDepth = z.object({
  queue: z.string(),
  backlogCount: z.int(),
  backlogBytes: z.int(),
  oldestMessageAt: time.optional(),
});

/** Fills the `:name` parts of a path and appends the query. */
export function pathOf(
  of: Pick<Route, "path">,
  params: Readonly<Record<string, string>> = {},
  query: Readonly<Record<string, string | undefined>> = {},
): string {
  const path = of.path.replaceAll(/:(\w+)/g, (_, name: string) => encodeURIComponent(params[name] ?? ""));
  const search = new URLSearchParams(
    Object.entries(query).filter((pair): pair is [string, string] => pair[1] !== undefined),
  );
  return search.size === 0 ? path : `${path}?${search}`;
}
