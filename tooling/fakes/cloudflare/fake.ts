import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { answerFault, Faults, TOO_MANY, type Fault } from "./faults.ts";
import { match, paged, Refusal, refuse, Reply, send, type Exchange, type Row } from "./http.ts";
import { queueRoutes } from "./queue-routes.ts";
import { scriptRoutes } from "./script-routes.ts";
import { secretRoutes } from "./secret-routes.ts";
import { AccountState, current } from "./state.ts";
import { d1Routes, kvRoutes, r2Routes } from "./storage-routes.ts";
import { FakeTails } from "./tails.ts";
import { telemetryRoutes } from "./telemetry-routes.ts";
import { Tokens, type FakeToken } from "./tokens.ts";
import { WorkersDev } from "./workers-dev.ts";

const BASE = "/client/v4";

export interface FakeCloudflareOptions {
  now?: () => Date;
  /** How much may be asked in five minutes. */
  rateLimit?: number;
}

/**
 * One account of Cloudflare on 127.0.0.1, as far as Hoox, wrangler and the official client ask for it: stateful,
 * with the API's envelopes, error codes and quirks. `env` makes them all meet it.
 */
export class FakeCloudflare {
  readonly token = "fake-token-with-every-permission-0001";
  readonly state: AccountState;
  readonly tokens = new Tokens();
  readonly tails: FakeTails;
  /** The deployed Workers' own addresses, and what stands behind them. */
  readonly workersDev: WorkersDev;
  /** Every call in order, refused ones too: `PUT /workers/scripts/hoox/secrets`. */
  readonly calls: string[] = [];
  readonly #server: Server;
  readonly #faults = new Faults();
  readonly #rows: readonly Row[];
  readonly #signed = new Map<string, string>();
  readonly #asked: number[] = [];
  readonly #rateLimit: number;

  private constructor({ now = () => new Date(), rateLimit = 1_200 }: FakeCloudflareOptions) {
    const id = "f0e1d2c3b4a5968778695a4b3c2d1e0f";
    this.state = new AccountState({ id, name: "Trader's account", subdomain: "trader", now });
    this.#rateLimit = rateLimit;
    const origin = (): string => this.origin;
    this.tails = new FakeTails(this.state, origin);
    this.workersDev = new WorkersDev(this.state, origin);
    this.tokens.add(this.token);
    this.#rows = [
      ...secretRoutes(this.state),
      ...this.tails.routes(),
      ...scriptRoutes(this.state),
      ...queueRoutes(this.state),
      ...d1Routes(this.state, this.#signed, origin),
      ...kvRoutes(this.state),
      ...r2Routes(this.state),
      ...telemetryRoutes(this.state),
    ];
    this.#server = createServer((request, response) => void this.#serve(request, response));
    this.#server.on("upgrade", (request, socket) => this.tails.upgrade(request, socket));
  }

  static async start(options: FakeCloudflareOptions = {}): Promise<FakeCloudflare> {
    const fake = new FakeCloudflare(options);
    await new Promise<void>((done) => fake.#server.listen(0, "127.0.0.1", done));
    return fake;
  }

  get origin(): string {
    // A listening TCP server has an AddressInfo.
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** For wrangler, for `openAccount` and for programs that speak to workers.dev: everything points here. */
  get env(): Record<string, string> {
    return {
      CLOUDFLARE_API_BASE_URL: `${this.origin}${BASE}`,
      CLOUDFLARE_API_TOKEN: this.token,
      CLOUDFLARE_ACCOUNT_ID: this.state.id,
      CLOUDFLARE_CF_FETCH_ENABLED: "false",
      WRANGLER_SEND_METRICS: "false",
      CI: "1",
      ...this.workersDev.env,
    };
  }

  fail(...faults: Fault[]): void {
    for (const fault of faults) this.#faults.add(fault);
  }

  /** How many no call has met yet. */
  get faultsLeft(): number {
    return this.#faults.size;
  }

  noMoreFaults(): void {
    this.#faults.clear();
  }

  addToken(value: string, token: Partial<FakeToken>): void {
    this.tokens.add(value, token);
  }

  /** A secret's value, which the API never tells. */
  secret(worker: string, name: string): string | undefined {
    const script = this.state.scripts.get(worker);
    return script && current(script)?.bindings.find((each) => each.name === name && each.type === "secret_text")?.text;
  }

  async stop(): Promise<void> {
    this.tails.stop();
    for (const database of this.state.databases.values()) database.close();
    const closed = new Promise((done) => this.#server.close(done));
    this.#server.closeAllConnections();
    await closed;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop();
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(Buffer.from(chunk));
    response.setHeader("date", this.state.now().toUTCString());
    const url = new URL(request.url ?? "/", "http://fake");
    const body = Buffer.concat(chunks);
    const worker = this.workersDev.workerOf(request.headers);
    if (worker !== undefined) return this.workersDev.answer(worker, { request, url, body }, response);
    const signed = this.#signed.get(url.pathname.replace("/signed/", ""));
    if (signed !== undefined) return send(response, new Reply(signed, "application/sql"));
    const method = request.method ?? "GET";
    const path = url.pathname.replace(BASE, "").replace(`/accounts/${this.state.id}`, "") || "/";
    this.calls.push(`${method} ${path}`);
    const fault = this.#faults.take(method, path);
    if (fault && !fault.done) return answerFault(response, fault);
    const exchange = { method, query: url.searchParams, body, headers: request.headers };
    try {
      const answer = await this.#answer(url.pathname.replace(BASE, ""), exchange);
      if (fault) return answerFault(response, fault);
      send(response, answer);
    } catch (error) {
      if (error instanceof Refusal) return refuse(response, error);
      const why = error instanceof Error ? (error.stack ?? error.message) : String(error);
      refuse(response, new Refusal(500, 10_013, `the fake broke on ${method} ${path}: ${why}`));
    }
  }

  async #answer(path: string, exchange: Omit<Exchange, "params">): Promise<unknown> {
    const now = this.state.now();
    const token = this.tokens.check(exchange.headers.authorization, now);
    this.#count(now.getTime());
    const own = { id: this.state.id, name: this.state.name, type: "standard" };
    if (path === "/user/tokens/verify") {
      const expires = token.expiresOn && { expires_on: token.expiresOn.toISOString() };
      return { id: token.id, status: token.status, ...expires };
    }
    if (path === "/user") return { id: "00000000000000000000000000000001", email: "trader@example.com" };
    if (path === "/memberships") return paged({ ...exchange, params: {} }, [{ id: "1", account: own }]);
    if (path === "/accounts") {
      const seen = token.permissions === "all" || token.permissions.includes("Account Settings:Read");
      return paged({ ...exchange, params: {} }, seen ? [own] : []);
    }
    const [, account, below = ""] = /^\/accounts\/([^/]+)(\/.*)?$/.exec(path) ?? [];
    if (account !== undefined && !/^[0-9a-f]{32}$/.test(account)) throw notRouted(path);
    if (account !== undefined && account !== this.state.id) throw new Refusal(403, 10_000, "Authentication error");
    if (account !== undefined && below === "") {
      this.tokens.allow(token, "Account Settings", "Read");
      return own;
    }
    if (account === undefined) throw notRouted(path);
    for (const row of this.#rows) {
      const params = row.method === exchange.method ? match(row.path, below) : undefined;
      if (params === undefined) continue;
      this.tokens.allow(token, row.needs, row.method === "GET" || row.reads ? "Read" : "Edit");
      return row.handle({ ...exchange, params });
    }
    throw notRouted(path);
  }

  #count(now: number): void {
    const start = now - 300_000;
    while (this.#asked.length > 0 && (this.#asked[0] ?? 0) < start) this.#asked.shift();
    if (this.#asked.length >= this.#rateLimit) {
      const after = Math.ceil(((this.#asked[0] ?? now) + 300_000 - now) / 1_000);
      throw new Refusal(429, ...TOO_MANY, { "retry-after": String(after) });
    }
    this.#asked.push(now);
  }
}

function notRouted(path: string): Refusal {
  return new Refusal(404, 7_003, `Could not route to ${BASE}${path}, perhaps your object identifier is invalid?`);
}
