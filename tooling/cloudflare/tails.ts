import * as z from "zod";
import { path, type Api } from "./api.ts";
import type { TailEvent } from "./tail-event.ts";
import { openTailSocket } from "./tail-socket.ts";

/** A live stream of one Worker's events: a WebSocket at `url` with the subprotocol `trace-v1`. */
export interface Tail {
  id: string;
  url: string;
  expiresAt: Date;
}

/** A tail that is connected. */
export interface OpenTail {
  worker: string;
  expiresAt: Date;
  /** Resolves with the reason once the connection has ended, whoever ended it. */
  closed: Promise<string>;
  /** Hangs up, and takes the place of a viewer back. Never throws: what is left behind ends by itself. */
  end(): Promise<void>;
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
      reads: true,
    });
    return { id, url, expiresAt };
  }

  /** Creates a tail and connects to it; one that does not connect is not left behind. */
  async open(
    worker: string,
    options: { onEvent: (event: TailEvent) => void; signal: AbortSignal; filters?: readonly TailFilter[] },
  ): Promise<OpenTail> {
    const { id, url, expiresAt } = await this.create(worker, options.filters);
    const forget = (): Promise<void> => this.delete(worker, id).catch(() => undefined);
    try {
      const { closed, close } = await openTailSocket(url, { worker, ...options });
      const end = async (): Promise<void> => {
        close();
        await forget();
      };
      return { worker, expiresAt, closed, end };
    } catch (error) {
      await forget();
      throw error;
    }
  }

  async delete(worker: string, id: string): Promise<void> {
    const where = this.#of(worker) + path`/${id}`;
    await this.#api.call({ method: "delete", path: where, result: z.unknown(), what: `end the tail of ${worker}` });
  }

  #of(worker: string): string {
    return `${this.#account}${path`/${worker}`}/tails`;
  }
}
