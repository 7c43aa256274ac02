import type * as z from "zod";
import { pathOf, type Route } from "#contracts/routes/route";
import type { HooxContext } from "./context.ts";
import { CliError, type ExitCode } from "./errors.ts";
import { resolveTarget, type Target } from "./target.ts";

export interface Answer {
  status: number;
  requestId: string | undefined;
  body: unknown;
  ms: number;
}

/** Speaks to one mesh: HTTP out, checked replies or a CliError in. */
export interface MeshClient {
  readonly target: Target;
  call<R extends Route>(
    route: R,
    options?: {
      params?: Record<string, string>;
      query?: Record<string, string | undefined>;
      body?: z.input<R["body"]>;
      /** Gives up the answer. */
      signal?: AbortSignal;
    },
  ): Promise<z.infer<R["reply"]>>;
  /** One request as it is, without the operator key unless asked; only a mesh that does not answer is an error. */
  send(request: {
    method: "GET" | "POST";
    path: string;
    body?: string;
    contentType?: string;
    asOperator?: boolean;
  }): Promise<Answer>;
}

const TIMEOUT_MS = 30_000;

export async function connect(context: HooxContext, named: string | undefined): Promise<MeshClient> {
  return connectTo(context, await resolveTarget(context, named));
}

export function connectTo(context: HooxContext, target: Target): MeshClient {
  async function request(path: string, init: RequestInit): Promise<Answer> {
    const started = performance.now();
    try {
      const response = await context.fetch(`${target.url}${path}`, {
        ...init,
        signal: AbortSignal.any([AbortSignal.timeout(TIMEOUT_MS), ...(init.signal ? [init.signal] : [])]),
      });
      const text = await response.text();
      const ms = performance.now() - started;
      return {
        status: response.status,
        requestId: response.headers.get("x-request-id") ?? undefined,
        body: jsonOf(text),
        ms,
      };
    } catch (error) {
      throw noAnswer(target, error);
    }
  }

  return {
    target,
    async call(route, { params, query, body, signal } = {}) {
      // Locally a missing key mostly means that no mesh was ever started: the request finds out.
      if (target.operatorKey === undefined && !target.local) throw noKey(target);
      const answer = await request(pathOf(route, params, query), {
        method: route.method,
        headers: { authorization: `Bearer ${target.operatorKey ?? "none"}`, "content-type": "application/json" },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
        ...(signal === undefined ? {} : { signal }),
      });
      if (answer.status >= 400) throw refusal(target, answer);
      return understood(route, answer.body, target);
    },
    send({ method, path, body, contentType = "application/json", asOperator = false }) {
      const key = asOperator ? target.operatorKey : undefined;
      const headers = { "content-type": contentType, ...(key === undefined ? {} : { authorization: `Bearer ${key}` }) };
      return request(path, { method, headers, ...(body === undefined ? {} : { body }) });
    },
  };
}

/** JSON carries no Dates: where the schema wants one, its ISO text is turned into one. */
export function parseJson<Schema extends z.ZodType>(
  schema: Schema,
  json: unknown,
): z.ZodSafeParseResult<z.infer<Schema>> {
  const first = schema.safeParse(json);
  if (first.success) return first;
  const dates = first.error.issues.filter((issue) => issue.code === "invalid_type" && issue.expected === "date");
  if (dates.length === 0) return first;
  const copy = structuredClone(json);
  for (const { path } of dates) {
    const parent = path
      .slice(0, -1)
      .reduce<unknown>((value, key) => (isObject(value) ? Reflect.get(value, key) : undefined), copy);
    const key = path.at(-1);
    const text: unknown = isObject(parent) && key !== undefined ? Reflect.get(parent, key) : undefined;
    if (isObject(parent) && key !== undefined && typeof text === "string") Reflect.set(parent, key, new Date(text));
  }
  return schema.safeParse(copy);
}

/** A reply of this route, checked; its mesh may speak of another version. */
export function understood<R extends Route>(route: R, body: unknown, target: Target): z.infer<R["reply"]> {
  const reply = parseJson(route.reply, body);
  // `reply` is this route's own schema.
  if (reply.success) return reply.data as z.infer<R["reply"]>;
  const issue = reply.error.issues[0];
  throw new CliError(
    3,
    `${target.url} answered ${route.path} in words this hoox does not know (${issue?.path.join(".")}: ${issue?.message})`,
    {
      hint: "the mesh and this checkout are probably of different versions",
    },
  );
}

function noAnswer(target: Target, error: unknown): CliError {
  if (error instanceof Error && error.name === "TimeoutError") {
    return new CliError(3, `${target.url} did not answer within ${TIMEOUT_MS / 1_000} s`, {
      hint: "is it under a heavy load? see: npx hoox check health",
      passing: true,
      cause: error,
    });
  }
  const here =
    target.name === "HOOX_URL"
      ? `npm start -- --port ${new URL(target.url).port || 80}, or unset HOOX_URL`
      : "npm start";
  const hint = target.local ? `start it with: ${here}` : "is the address right, and is hoox deployed there?";
  return new CliError(3, `no mesh answers at ${target.url}`, { hint, passing: true, cause: error });
}

function noKey(target: Target): CliError {
  return new CliError(2, `there is no operator key for ${target.url}`, {
    hint: "set HOOX_OPERATOR_KEY, or give the profile one",
  });
}

/** What a refusal means for whoever runs this command. */
export function refusal(target: Target, answer: Answer): CliError {
  const { message, hint } = errorIn(answer.body);
  const id = answer.requestId === undefined ? "" : ` [${answer.requestId}]`;
  if (answer.status === 401) {
    const todo = target.local
      ? "it was probably started with another .dev.vars: restart npm start, or set HOOX_OPERATOR_KEY"
      : "set HOOX_OPERATOR_KEY to the value of OPERATOR_KEY_BINDING there, or set that secret anew";
    return new CliError(3, `${target.url} does not accept this operator key`, { hint: todo });
  }
  const passing = answer.status >= 500 || answer.status === 429;
  if (message === undefined) {
    return new CliError(3, `${target.url} answered ${answer.status} without a reason${id}`, {
      hint: "is it really a hoox mesh that answers there?",
      passing,
    });
  }
  return new CliError(exitCodeOf(answer.status), `${message} (${answer.status})${id}`, { hint, passing });
}

function exitCodeOf(status: number): ExitCode {
  if (status === 400 || status === 422) return 2;
  return status === 404 || status === 409 ? 1 : 3;
}

/** The `error` of a refusal, as far as the body has one. */
export function errorIn(body: unknown): { code?: string; message?: string; hint?: string } {
  const error: unknown = isObject(body) ? Reflect.get(body, "error") : undefined;
  const text = (key: string): string | undefined => {
    const value: unknown = isObject(error) ? Reflect.get(error, key) : undefined;
    return typeof value === "string" ? value : undefined;
  };
  return { code: text("code"), message: text("message"), hint: text("hint") };
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

function isObject(value: unknown): value is object {
  return typeof value === "object" && value !== null;
}
