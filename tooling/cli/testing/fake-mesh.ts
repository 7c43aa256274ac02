import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { opsRoutes } from "#contracts/routes/ops";
import type { Route } from "#contracts/routes/route";

export const OPERATOR_KEY = "operator-key-of-the-tests";
export const WEBHOOK_KEY = "webhook-key-of-the-tests";

type Name = keyof typeof opsRoutes;
interface Asked {
  params: Record<string, string>;
  query: Record<string, string>;
  body: unknown;
}
type Reply = { status?: number; body: unknown };
/** What the mesh says to each route of the contract; a function sees what was asked. */
export type Script = Partial<Record<Name, object | ((asked: Asked) => Reply)>> & {
  webhook?: (asked: { body: string; path: string }) => Reply;
  check?: (asked: { body: string; path: string; operator: boolean }) => Reply;
  /** What GET /health answers; the name `health` is the ops route's. */
  gateway?: Reply;
};

export interface FakeMesh extends AsyncDisposable {
  url: string;
  /** Requests in order: `GET /ops/status`. */
  asked: { line: string; query: Record<string, string>; body: unknown }[];
}

/** An HTTP server with the surface of a mesh. It holds clients to the contract: what does not fit is a 400. */
export async function startFakeMesh(script: Script): Promise<FakeMesh> {
  const asked: FakeMesh["asked"] = [];
  const server = createServer((request, response) => void answer(request, response));

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? "/", "http://fake");
    let text = "";
    for await (const chunk of request) text += String(chunk);
    const query = Object.fromEntries(url.searchParams);
    asked.push({ line: `${request.method} ${url.pathname}`, query, body: jsonOf(text) });
    const { status = 200, body } = replyTo(request, { url, text, query });
    response.writeHead(status, { "content-type": "application/json", "x-request-id": REQUEST_ID });
    response.end(typeof body === "string" ? body : JSON.stringify(body));
  }

  function replyTo(
    request: IncomingMessage,
    { url, text, query }: { url: URL; text: string; query: Record<string, string> },
  ): Reply {
    if (url.pathname === "/webhook" && script.webhook)
      return script.webhook({ body: text, path: `${url.pathname}${url.search}` });
    if (url.pathname === "/webhook/check" && script.check) {
      const operator = request.headers.authorization === `Bearer ${OPERATOR_KEY}`;
      return script.check({ body: text, path: `${url.pathname}${url.search}`, operator });
    }
    if (url.pathname === "/health" && script.gateway) return script.gateway;
    if (request.headers.authorization !== `Bearer ${OPERATOR_KEY}`)
      return refusal(401, "the operator key is missing or wrong");
    const found = findRoute(request.method ?? "GET", url.pathname);
    const scripted = found && script[found.name];
    if (found === undefined || scripted === undefined) return refusal(404, `nothing at ${url.pathname}`);
    const fits = found.route.query.safeParse(query);
    const body = found.route.body.safeParse(text === "" ? undefined : jsonOf(text));
    if (!fits.success || !body.success)
      return refusal(400, `it does not fit the contract: ${fits.error?.message ?? body.error?.message}`);
    if (typeof scripted !== "function") return { body: scripted };
    // A script's functions take what was asked; its other values are bodies, never functions.
    return (scripted as (asked: Asked) => Reply)({ params: found.params, query, body: body.data });
  }

  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  const address = server.address();
  const port = typeof address === "object" && address !== null ? address.port : 0;
  return {
    url: `http://127.0.0.1:${port}`,
    asked,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((done) => server.close(done));
    },
  };
}

export const REQUEST_ID = "1f0e9c8a-6a53-4c0b-9f7e-2b1d3c4e5f60";

export function refusal(status: number, message: string, hint?: string): Reply {
  return { status, body: { requestId: REQUEST_ID, error: { code: "refused", message, hint } } };
}

function findRoute(
  method: string,
  path: string,
): { name: Name; route: Route; params: Record<string, string> } | undefined {
  for (const [name, route] of Object.entries(opsRoutes)) {
    const pattern = new RegExp(`^${route.path.replaceAll(/:(\w+)/g, "(?<$1>[^/]+)")}$`);
    const match = route.method === method ? pattern.exec(path) : null;
    if (match === null) continue;
    const params = Object.fromEntries(
      Object.entries(match.groups ?? {}).map(([key, value]) => [key, decodeURIComponent(value)]),
    );
    // Object.entries forgets that the keys are those of the table.
    return { name: name as Name, route, params };
  }
  return undefined;
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
