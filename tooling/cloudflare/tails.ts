import * as z from "zod";
import { path, type Api } from "./api.ts";

/** A live stream of one Worker's events: a WebSocket at `url` with the subprotocol `trace-v1`. */
export interface Tail {
  id: string;
  url: string;
  expiresAt: Date;
}

/** What the platform lets through; every given kind must fit. */
export type TailFilter =
  | { sampling_rate: number }
  | { outcome: string[] }
  | { method: string[] }
  | { header: { key: string; query?: string } }
  | { client_ip: string[] }
  | { query: string };

const tail = z.object({ id: z.string(), url: z.string(), expires_at: z.coerce.date() });

export class Tails {
  readonly #api: Api;
  readonly #account: string;

  constructor(api: Api, accountId: string) {
    this.#api = api;
    this.#account = path`/accounts/${accountId}/workers/scripts`;
  }

  /** Ten may watch a Worker at once; one left behind ends by itself at `expiresAt`, so that asking twice does no harm. */
  async create(worker: string, filters: readonly TailFilter[] = []): Promise<Tail> {
    const {
      id,
      url,
      expires_at: expiresAt,
    } = await this.#api.call({
      method: "post",
      path: this.#of(worker),
      body: { filters },
      result: tail,
      what: `tail ${worker}`,
      repeatable: true,
    });
    return { id, url, expiresAt };
  }

  async delete(worker: string, id: string): Promise<void> {
    const where = this.#of(worker) + path`/${id}`;
    await this.#api.call({ method: "delete", path: where, result: z.unknown(), what: `end the tail of ${worker}` });
  }

  #of(worker: string): string {
    return `${this.#account}${path`/${worker}`}/tails`;
  }
}
