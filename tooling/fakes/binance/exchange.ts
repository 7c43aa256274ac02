import type { Booked, View } from "./book.ts";
import { WaitingFaults, type FaultOrder } from "./faults.ts";
import { checkSigned, type Keys } from "./gate.ts";
import { json, Refused, type HttpAnswer, type Route } from "./http.ts";
import { Parameters } from "./parameters.ts";
import { SpotAccount } from "./spot-account.ts";
import { spotRoutes } from "./spot-routes.ts";
import { UsdmAccount } from "./usdm-account.ts";
import { usdmRoutes } from "./usdm-routes.ts";

export interface LoggedRequest {
  /** `POST /api/v3/order` */
  name: string;
  parameters: Readonly<Record<string, string>>;
}

export interface Arrived {
  method: string;
  path: string;
  /** The query and the body as they came, which Binance signs as one text. */
  sent: string;
  apiKey: string | undefined;
}

/** What whoever sent a request meets. */
export type Met = HttpAnswer | "reset" | "silence";

/** What Binance is behind its line: two accounts of one owner, and whatever was asked to go wrong. */
export class Exchange {
  readonly keys: Keys;
  /** Every request in order, refused and lost ones too. */
  readonly requests: LoggedRequest[] = [];
  readonly #now: () => Date;
  readonly #faults = new WaitingFaults();
  #accounts: ReturnType<typeof freshAccounts>;
  #held: (() => void)[] = [];

  protected constructor(of: { keys: Keys; now: () => Date }) {
    this.keys = of.keys;
    this.#now = of.now;
    this.#accounts = freshAccounts(of.now);
  }

  get spot(): SpotAccount {
    return this.#accounts.spot;
  }

  get usdm(): UsdmAccount {
    return this.#accounts.usdm;
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

  /** Requests that met silence before anything was done reach the exchange now. */
  release(): void {
    const held = this.#held;
    this.#held = [];
    for (const goOn of held) goOn();
  }

  /** Empty accounts again; nothing was asked and nothing is on its way. */
  startOver(): void {
    this.#held = [];
    this.noMoreFaults();
    this.requests.length = 0;
    this.#accounts = freshAccounts(this.#now);
  }

  meet(arrived: Arrived): Met {
    const name = `${arrived.method} ${arrived.path}`;
    this.requests.push({ name, parameters: Object.fromEntries(new URLSearchParams(arrived.sent)) });
    const fault = this.#faults.take(name);
    if (fault === undefined) return this.#answerTo(name, arrived);
    const { done, instead } = fault;
    if (done) this.#answerTo(name, arrived);
    else if (instead === "silence") this.#held.push(() => void this.#answerTo(name, arrived));
    return typeof instead === "string" ? instead : instead(this.#now());
  }

  #answerTo(name: string, { sent, apiKey }: Arrived): HttpAnswer {
    const route = this.#accounts.routes.get(name);
    if (route === undefined) return { status: 404, body: "<html>404 Not found</html>" };
    const now = this.#now();
    try {
      const parameters = new Parameters(sent);
      if (route.signed) checkSigned({ sent, parameters, apiKey, keys: this.keys, now });
      const answer = route.answer({ parameters, now });
      // Binance refuses them (-1104); here they are a mistake of whoever sends them, at once and in every test.
      if (parameters.unread.length > 0)
        throw new Error(`${name} was sent ${parameters.unread.join(", ")}, which nobody reads`);
      return json(answer);
    } catch (error) {
      if (error instanceof Refused) return error.answer;
      throw error;
    }
  }
}

function freshAccounts(now: () => Date) {
  const spot = new SpotAccount({ now });
  const usdm = new UsdmAccount({ now });
  const routes: ReadonlyMap<string, Route> = new Map(
    [...spotRoutes(spot), ...usdmRoutes(usdm)].map((route) => [route.name, route]),
  );
  return { spot, usdm, routes };
}
