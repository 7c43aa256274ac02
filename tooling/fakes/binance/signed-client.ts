import { createHmac } from "node:crypto";
import type { FakeBinance } from "./fake.ts";

export type Values = Readonly<Record<string, string>>;

export interface Heard {
  status: number;
  text: string;
  /** Of a list, its entries by their number. */
  body: Record<string, unknown>;
}

export async function hear(response: Response): Promise<Heard> {
  const text = await response.text();
  const body: unknown = text.startsWith("{") || text.startsWith("[") ? JSON.parse(text) : {};
  return { status: response.status, text, body: Object.fromEntries(Object.entries(body ?? {})) };
}

/** Asks Binance as a client that shares no line with Hoox would. */
export class SignedClient {
  readonly #fake: FakeBinance;
  readonly #now: () => Date;

  constructor(fake: FakeBinance, now: () => Date) {
    this.#fake = fake;
    this.#now = now;
  }

  /** Signs these parameters and sends them now. */
  ask(route: string, values: Values = {}): Promise<Heard> {
    return this.send(route, new URLSearchParams({ ...values, timestamp: String(this.#now().getTime()) }).toString());
  }

  /** Signs this text as it stands. */
  async send(
    route: string,
    text: string,
    of: { secret?: string; key?: string; as?: "query" | "body" } = {},
  ): Promise<Heard> {
    const [method = "GET", path = ""] = route.split(" ");
    const sent = `${text}&signature=${this.signatureOf(text, of.secret)}`;
    const headers = { "X-MBX-APIKEY": of.key ?? this.#fake.keys.apiKey };
    const url = `${this.#fake.url}${path}`;
    return hear(
      of.as === "body"
        ? await fetch(url, { method, headers, body: sent })
        : await fetch(`${url}?${sent}`, { method, headers }),
    );
  }

  signatureOf(text: string, secret = this.#fake.keys.apiSecret): string {
    return createHmac("sha256", secret).update(text).digest("hex");
  }
}
