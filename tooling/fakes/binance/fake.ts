import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { Booked, View } from "./book.ts";
import { WaitingFaults, type Fault, type FaultOrder } from "./faults.ts";
import { checkSigned, type Keys } from "./gate.ts";
import { bodyOf, json, Refused, send, type HttpAnswer, type Route } from "./http.ts";
import { Parameters } from "./parameters.ts";
import { Silences } from "./silences.ts";
import { SpotAccount } from "./spot-account.ts";
import { spotRoutes } from "./spot-routes.ts";
import { UsdmAccount } from "./usdm-account.ts";
import { usdmRoutes } from "./usdm-routes.ts";

export interface LoggedRequest {
  /** `POST /api/v3/order` */
  name: string;
  parameters: Readonly<Record<string, string>>;
}

export interface FakeBinanceOptions {
  keys?: Keys;
  now?: () => Date;
}

/**
 * Binance spot and USD-M on 127.0.0.1, as far as Hoox asks them: keys, signatures, windows, parameters, filters,
 * balances and ids as their documentation has them, and every fault that is known of them. Orders fill in full, at
 * prices that tests set.
 */
export class FakeBinance {
  readonly keys: Keys;
  /** Every request in order, refused and lost ones too. */
  readonly requests: LoggedRequest[] = [];
  spot: SpotAccount;
  usdm: UsdmAccount;
  readonly #now: () => Date;
  readonly #server: Server;
  readonly #faults = new WaitingFaults();
  readonly #silences = new Silences();
  #routes: ReadonlyMap<string, Route>;

  private constructor({ keys, now = () => new Date() }: FakeBinanceOptions) {
    this.keys = keys ?? { apiKey: "fake-key", apiSecret: "fake-secret" };
    this.#now = now;
    ({ spot: this.spot, usdm: this.usdm, routes: this.#routes } = freshAccounts(now));
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

  /** For clients that should not wait for an answer that never comes. */
  get fetch(): typeof fetch {
    return this.#silences.fetch;
  }

  /** Every order ever booked, in both markets. */
  get orders(): Booked[] {
    return [...this.spot.book.orders(), ...this.usdm.book.orders()];
  }

  fail(...orders: FaultOrder[]): void {
    for (const order of orders) this.#faults.add(order);
  }

  noMoreFaults(): void {
    this.#faults.clear();
  }

  /** How many no request has met yet. */
  get faultsLeft(): number {
    return this.#faults.size;
  }

  /** What new orders are missing from, although they stand, until `catchUp`. */
  lag(...views: View[]): void {
    this.spot.book.lag(...views);
    this.usdm.book.lag(...views);
  }

  catchUp(): void {
    this.spot.book.catchUp();
    this.usdm.book.catchUp();
  }

  /** What was met with silence goes on; a request that was not carried out yet is carried out now. */
  release(): void {
    this.#silences.release();
  }

  /** Empty accounts again; nothing was asked. */
  startOver(): void {
    this.#silences.forget();
    this.noMoreFaults();
    this.requests.length = 0;
    ({ spot: this.spot, usdm: this.usdm, routes: this.#routes } = freshAccounts(this.#now));
  }

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
    const name = `${request.method} ${path}`;
    // Binance signs the query and the body as one text.
    const sent = query + (await bodyOf(request));
    this.requests.push({ name, parameters: Object.fromEntries(new URLSearchParams(sent)) });
    const answer = (): HttpAnswer => this.#answerTo(name, sent, request.headers["x-mbx-apikey"]);
    const fault = this.#faults.take(name);
    if (fault === undefined) return send(response, answer());
    await this.#goWrong(fault, answer, { request, response });
  }

  async #goWrong(
    { done, instead }: Fault,
    answer: () => HttpAnswer,
    { request, response }: { request: IncomingMessage; response: ServerResponse },
  ): Promise<void> {
    if (done) answer();
    if (instead === "reset") return void request.socket.resetAndDestroy();
    if (instead !== "silence") return send(response, instead(this.#now()));
    await this.#silences.hold(request.headers);
    send(response, done ? { status: 200, body: "" } : answer());
  }

  #answerTo(name: string, sent: string, apiKey: string | string[] | undefined): HttpAnswer {
    const route = this.#routes.get(name);
    if (route === undefined) return { status: 404, body: "<html>404 Not found</html>" };
    const now = this.#now();
    try {
      const parameters = new Parameters(sent);
      const key = typeof apiKey === "string" ? apiKey : undefined;
      if (route.signed) checkSigned({ sent, parameters, apiKey: key, keys: this.keys, now });
      return json(route.answer({ parameters, now }));
    } catch (error) {
      if (error instanceof Refused) return error.answer;
      throw error;
    }
  }
}

function freshAccounts(now: () => Date) {
  const spot = new SpotAccount({ now });
  const usdm = new UsdmAccount({ now });
  const routes = new Map([...spotRoutes(spot), ...usdmRoutes(usdm)].map((route) => [route.name, route]));
  return { spot, usdm, routes };
}
