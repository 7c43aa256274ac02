import type * as z from "zod";
import { pathOf, type Route } from "#contracts/routes/route";
import { callInternal } from "#runtime/internal-auth";
import { answerHttp } from "../handlers/http.ts";
import type { Deps } from "../ports.ts";
import { INTERNAL_KEY } from "./deps.ts";

const requestId = "9b1deb4d-3b7d-4bad-9bdd-2b0d7b3dcb6d";

/** Asks d1-worker as ops-worker does: through the contract's path and reply. */
export async function call<R extends Route>(
  route: R,
  asked: {
    params?: Record<string, string>;
    query?: Record<string, string>;
    body?: unknown;
    key?: string;
  },
  deps: Deps,
): Promise<z.infer<R["reply"]>> {
  const target = { fetch: (request: Request) => answerHttp(request, deps) };
  const caller = { self: "ops-worker" as const, internalKey: asked.key ?? INTERNAL_KEY };
  return callInternal<R["reply"]>(caller, target, {
    method: route.method,
    path: pathOf(route, asked.params, asked.query),
    requestId,
    body: asked.body,
    response: route.reply,
  });
}
