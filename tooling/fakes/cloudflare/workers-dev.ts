import type { IncomingMessage, ServerResponse } from "node:http";
import type { AccountState } from "./state.ts";

/** What stands behind a deployed Worker's address. */
export type Behind = (request: Request) => Promise<Response>;

/** Names the address that was meant: `fetch` lets nobody set `Host`. */
const MEANT = "x-fake-host";
const PRELOAD = new URL("./workers-dev-fetch.mjs", import.meta.url).href;

/** `https://<worker>.<subdomain>.workers.dev`, for as long as the Worker is deployed and its address switched on. */
export class WorkersDev {
  readonly #state: AccountState;
  readonly #origin: () => string;
  readonly #behind = new Map<string, Behind>();

  constructor(state: AccountState, origin: () => string) {
    this.#state = state;
    this.#origin = origin;
  }

  /** Gives a Worker its behaviour: a mesh in a test, as a rule. */
  serve(worker: string, behind: Behind): void {
    this.#behind.set(worker, behind);
  }

  urlOf(worker: string): string {
    return `https://${worker}.${this.#state.subdomain}.workers.dev`;
  }

  /** For a Node program of its own: its `fetch` then finds the addresses here. */
  get env(): Record<string, string> {
    return { NODE_OPTIONS: `--import ${PRELOAD}`, FAKE_WORKERS_DEV: this.#origin() };
  }

  /** For this process: like `fetch`, and the addresses are found here. */
  readonly fetch: typeof fetch = (input, init) => {
    const request = new Request(input, init);
    const url = new URL(request.url);
    if (!url.hostname.endsWith(".workers.dev")) return fetch(request);
    const headers = new Headers(request.headers);
    headers.set(MEANT, url.hostname);
    const { method, body, signal, redirect } = request;
    const there = new URL(url.pathname + url.search, this.#origin());
    // `duplex` is needed to send a stream, and the Workers' types do not know it.
    return fetch(there, { method, headers, signal, redirect, ...(body === null ? {} : { body, duplex: "half" }) });
  };

  workerOf(headers: IncomingMessage["headers"]): string | undefined {
    const meant = headers[MEANT] ?? headers.host ?? "";
    const [, worker] = /^([a-z0-9-]+)\.[a-z0-9-]+\.workers\.dev/.exec(String(meant)) ?? [];
    return worker;
  }

  async answer(
    worker: string,
    { request, url, body }: { request: IncomingMessage; url: URL; body: Buffer },
    response: ServerResponse,
  ): Promise<void> {
    const script = this.#state.scripts.get(worker);
    const behind = this.#behind.get(worker);
    if (!script?.subdomain.enabled || script.deployments.length === 0) {
      return void response.writeHead(404, { "content-type": "text/html" }).end("<h1>There is nothing here yet</h1>");
    }
    if (!behind) return void response.writeHead(500, { "content-type": "text/plain" }).end("error code: 1101");
    const { host: _, [MEANT]: __, ...headers } = request.headers;
    const method = request.method ?? "GET";
    const asked = new Request(new URL(url.pathname + url.search, this.urlOf(worker)), {
      method,
      headers: Object.entries(headers).flatMap(([name, value]): [string, string][] =>
        value === undefined ? [] : [[name, String(value)]],
      ),
      ...(method === "GET" || method === "HEAD" ? {} : { body: new Uint8Array(body) }),
    });
    try {
      const answered = await behind(asked);
      response.writeHead(answered.status, Object.fromEntries(answered.headers));
      response.end(Buffer.from(await answered.arrayBuffer()));
    } catch {
      response.writeHead(500, { "content-type": "text/plain" }).end("error code: 1101");
    }
  }
}
