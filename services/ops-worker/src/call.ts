import type * as z from "zod";
import { firstProblem } from "#contracts/codec";
import type { opsRoutes, Route } from "#contracts/routes";
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
  throw new HttpError(400, `invalid_${where}`, `${where}: ${firstProblem(parsed.error)}`);
}
