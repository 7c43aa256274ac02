import type * as z from "zod";
import type { Worker } from "#contracts/ids";
import { pathOf, type Route } from "#contracts/routes/route";
import { HttpError } from "#runtime/http-error";
import { callInternal, type Fetcher, type InternalCaller } from "#runtime/internal-auth";
import { reasonOf } from "./within.ts";

/** Another Worker, asked by the rows of its routes: d1-worker by `databaseRoutes`, telegram-worker by `telegramRoutes`. */
export interface Neighbour {
  /** Throws the HttpError that the operator should see. */
  ask<Body extends z.ZodType, Reply extends z.ZodType>(
    route: Route<z.ZodType, Body, Reply>,
    call: {
      requestId: string;
      params?: Readonly<Record<string, string>>;
      query?: Readonly<Record<string, unknown>>;
      body?: z.infer<Body>;
      timeoutMs?: number;
    },
  ): Promise<z.infer<Reply>>;
}

export type Database = Neighbour;

export function createNeighbour(
  caller: InternalCaller,
  target: Fetcher,
  of: { name: Worker; unreachable: string },
): Neighbour {
  return {
    async ask(route, { requestId, params, query, body, timeoutMs = 10_000 }) {
      const path = pathOf(route, params, textsOf(query ?? {}));
      try {
        const { method, reply: response } = route;
        return await callInternal(caller, target, { method, path, requestId, body, response, timeoutMs });
      } catch (error) {
        throw seenByOperator(error, of);
      }
    },
  };
}

function textsOf(query: Readonly<Record<string, unknown>>): Record<string, string | undefined> {
  const textOf = (value: unknown): string | undefined => (value === undefined ? undefined : String(value));
  return Object.fromEntries(Object.entries(query).map(([name, value]) => [name, textOf(value)]));
}

/** Its no to a question is the operator's answer; its no to us, or silence, is our failure. */
function seenByOperator(error: unknown, of: { name: Worker; unreachable: string }): HttpError {
  const answered = error instanceof HttpError && error.code !== "bad_gateway";
  if (answered && error.status !== 401 && error.status < 500) return error;
  const code = answered ? error.code : of.unreachable;
  const message = answered ? error.message : `${of.name} did not answer: ${reasonOf(error)}`;
  const hint = (answered ? error.hint : undefined) ?? "run: npx hoox check health";
  return new HttpError(answered && error.status !== 401 ? error.status : 502, code, message, { hint, cause: error });
}
