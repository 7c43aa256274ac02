import type { IncomingMessage, ServerResponse } from "node:http";

/** One request as a route sees it: found by method and path, whatever its content type says. */
export interface Exchange {
  method: string;
  params: Record<string, string>;
  query: URLSearchParams;
  body: Buffer;
  headers: IncomingMessage["headers"];
}

/** A refusal as the API words it. */
export class Refusal extends Error {
  readonly status: number;
  readonly code: number;
  readonly headers: Record<string, string>;

  constructor(status: number, code: number, message: string, headers: Record<string, string> = {}) {
    super(message);
    this.status = status;
    this.code = code;
    this.headers = headers;
  }
}

/** A reply without an envelope, or with more than a result in it. */
export class Reply {
  readonly body: string | Buffer;
  readonly type: string;
  readonly status: number;

  constructor(body: string | Buffer, type: string, status = 200) {
    this.body = body;
    this.type = type;
    this.status = status;
  }
}

export interface Row {
  method: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
  /** `:name` stands for one part of the path, `:rest*` for all that follow. */
  path: string;
  /** A permission by its name in the dashboard; undefined when any valid token will do. */
  needs?: string;
  /** Reading is enough for some that are no GET. */
  reads?: boolean;
  handle: (exchange: Exchange) => unknown;
}

export function jsonOf<T = Record<string, unknown>>({ body }: Exchange): T {
  try {
    // The route knows what its client sends.
    return (body.length === 0 ? {} : JSON.parse(body.toString("utf8"))) as T;
  } catch {
    throw new Refusal(400, 10_026, "could not parse the request body as JSON");
  }
}

export function formOf({ body, headers }: Exchange): Promise<FormData> {
  const type = headers["content-type"] ?? "";
  return new Response(new Uint8Array(body), { headers: { "content-type": type } }).formData();
}

export function isForm({ headers }: Exchange): boolean {
  return (headers["content-type"] ?? "").startsWith("multipart/form-data");
}

/** One page of a list, in the result itself or under a name there, with the counts that clients page by. */
export function paged(
  exchange: Exchange,
  list: readonly unknown[],
  { perPage: perPageDefault = 20, name }: { perPage?: number; name?: string } = {},
): Reply {
  const page = Number(exchange.query.get("page") ?? 1);
  const perPage = Number(exchange.query.get("per_page") ?? perPageDefault);
  const result = list.slice((page - 1) * perPage, page * perPage);
  return envelope(name === undefined ? result : { [name]: result }, {
    page,
    per_page: perPage,
    count: result.length,
    total_count: list.length,
    total_pages: Math.max(1, Math.ceil(list.length / perPage)),
  });
}

export function envelope(result: unknown, info?: object): Reply {
  const whole = { success: true, errors: [], messages: [], result, ...(info ? { result_info: info } : {}) };
  return new Reply(JSON.stringify(whole), "application/json");
}

export function send(response: ServerResponse, answer: unknown): void {
  const reply = answer instanceof Reply ? answer : envelope(answer ?? null);
  response.writeHead(reply.status, { "content-type": reply.type }).end(reply.body);
}

export function refuse(response: ServerResponse, refusal: Refusal): void {
  const { status, code, message, headers } = refusal;
  const body = { success: false, errors: [{ code, message }], messages: [], result: null };
  response.writeHead(status, { "content-type": "application/json", ...headers }).end(JSON.stringify(body));
}

/** The parts that a path pattern names, or undefined when it does not fit. */
export function match(pattern: string, path: string): Record<string, string> | undefined {
  const source = pattern.replaceAll(/:(\w+)\*/g, "(?<$1>.+)").replaceAll(/:(\w+)/g, "(?<$1>[^/]+)");
  const found = new RegExp(`^${source}$`).exec(path);
  if (found === null) return undefined;
  return Object.fromEntries(Object.entries(found.groups ?? {}).map(([key, value]) => [key, decodeURIComponent(value)]));
}
