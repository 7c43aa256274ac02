import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { Exchange } from "./exchange.ts";
import type { Keys } from "./gate.ts";
import { bodyOf, send } from "./http.ts";

export interface FakeBinanceOptions {
  keys?: Keys;
  now?: () => Date;
}

const CALL = "x-fake-call";

/**
 * Binance spot and USD-M on 127.0.0.1, as far as Hoox asks them: keys, signatures, windows, parameters, filters,
 * balances and ids as their documentation has them, and every fault that is known of them. Orders fill in full, at
 * prices that tests set, but for those that a test fills by name in parts.
 */
export class FakeBinance extends Exchange {
  readonly #server: Server;
  readonly #waiting = new Map<string, AbortController>();
  #calls = 0;

  private constructor({ keys, now = () => new Date() }: FakeBinanceOptions) {
    super({ keys: keys ?? { apiKey: "fake-key", apiSecret: "fake-secret" }, now });
    this.#server = createServer((request, response) => {
      this.#serve(request, response).catch((error: unknown) => {
        // A mistake of the fake's own must not pass for a fault of Binance's.
        send(response, { status: 599, body: `the fake failed: ${String(error)}` });
      });
    });
  }

  static async start(options: FakeBinanceOptions = {}): Promise<FakeBinance> {
    const fake = new FakeBinance(options);
    await new Promise<void>((done) => fake.#server.listen(0, "127.0.0.1", done));
    return fake;
  }

  /** The base of both markets' paths. */
  get url(): string {
    // A listening TCP server has an AddressInfo.
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** Over HTTP, and gives up the moment the fake falls silent: with the error of a time-out, but nobody waits for it. */
  readonly fetch: typeof fetch = async (input, init) => {
    this.#calls += 1;
    const call = String(this.#calls);
    const gaveUp = new AbortController();
    this.#waiting.set(call, gaveUp);
    const headers = new Headers(init?.headers);
    headers.set(CALL, call);
    const signals = init?.signal ? [init.signal, gaveUp.signal] : [gaveUp.signal];
    try {
      return await fetch(input, { ...init, headers, signal: AbortSignal.any(signals) });
    } finally {
      this.#waiting.delete(call);
    }
  };

  /** The same without a line in between, for tests that ask thousands of times. */
  readonly directFetch: typeof fetch = async (input, init) => {
    const request = new Request(input, init);
    const { pathname: path, search } = new URL(request.url);
    const apiKey = request.headers.get("x-mbx-apikey") ?? undefined;
    const met = this.meet({ method: request.method, path, sent: search.slice(1) + (await request.text()), apiKey });
    if (met === "silence") throw timedOut();
    if (met === "reset") throw new TypeError("fetch failed", { cause: new Error("read ECONNRESET") });
    return new Response(met.body, { status: met.status, ...(met.headers && { headers: met.headers }) });
  };

  async stop(): Promise<void> {
    const closed = new Promise((resolve) => this.#server.close(resolve));
    this.#server.closeAllConnections();
    await closed;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop();
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const [path = "", query = ""] = (request.url ?? "").split("?");
    const sent = query + (await bodyOf(request));
    const apiKey = request.headers["x-mbx-apikey"];
    const met = this.meet({
      method: request.method ?? "GET",
      path,
      sent,
      apiKey: typeof apiKey === "string" ? apiKey : undefined,
    });
    if (met === "reset") return void request.socket.resetAndDestroy();
    if (met !== "silence") return send(response, met);
    this.#waiting.get(String(request.headers[CALL]))?.abort(timedOut());
  }
}

function timedOut(): DOMException {
  return new DOMException("The operation was aborted due to timeout", "TimeoutError");
}
