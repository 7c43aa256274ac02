import { createHash } from "node:crypto";
import type { IncomingMessage } from "node:http";
import type { Duplex } from "node:stream";
import type { TailCreateResponse } from "cloudflare/resources/workers/scripts/tail";
import { jsonOf, Refusal, type Row } from "./http.ts";
import { hexId, type AccountState } from "./state.ts";

/** What a Worker did, as `trace-v1` tells it. */
export interface TailEvent {
  outcome: string;
  scriptName: string;
  exceptions: { name: string; message: string; timestamp: number }[];
  logs: { message: unknown[]; level: string; timestamp: number }[];
  eventTimestamp: number;
  event: Record<string, unknown> | null;
}

type Filter = { outcome?: string[]; method?: string[]; sampling_rate?: number };
interface StoredTail {
  id: string;
  script: string;
  filters: Filter[];
  expiresAt: Date;
  socket: Duplex | undefined;
}

const NEEDS = "Workers Tail";
const MAX_VIEWERS = 10;
const LIFE_MS = 6 * 3_600_000;
const HANDSHAKE = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";

/** Live streams of Workers' events over WebSockets. What clients send is not read: wrangler does not mask its frames. */
export class FakeTails {
  readonly #tails = new Map<string, StoredTail>();
  readonly #state: AccountState;
  readonly #origin: () => string;

  constructor(state: AccountState, origin: () => string) {
    this.#state = state;
    this.#origin = origin;
  }

  /** Sends an event to everybody who watches its Worker; answers how many did. */
  emit(event: TailEvent): number {
    this.#forgetExpired();
    const watching = [...this.#tails.values()].filter((tail) => tail.script === event.scriptName && tail.socket);
    const told = watching.filter(({ filters }) => filters.every((filter) => passes(filter, event)));
    for (const { socket } of told) socket?.write(textFrame(JSON.stringify(event)));
    return told.length;
  }

  /** Whoever watches this Worker gets a frame that is no event. */
  garble(script: string, text: string): void {
    for (const tail of this.#tails.values()) if (tail.script === script) tail.socket?.write(textFrame(text));
  }

  /** How many watch this Worker now. */
  watching(script: string): number {
    return [...this.#tails.values()].filter((tail) => tail.script === script && tail.socket).length;
  }

  /** How many tails there are, watched or left behind. */
  get size(): number {
    return this.#tails.size;
  }

  /** The connections break without a word. */
  drop(script?: string): void {
    for (const tail of this.#tails.values()) {
      if (script === undefined || tail.script === script) tail.socket?.destroy();
    }
  }

  routes(): Row[] {
    const path = "/workers/scripts/:script/tails";
    return [
      {
        method: "POST",
        path,
        needs: NEEDS,
        reads: true,
        handle: (exchange) => {
          const script = this.#state.script(exchange.params["script"] ?? "").name;
          this.#forgetExpired();
          if ([...this.#tails.values()].filter((tail) => tail.script === script).length >= MAX_VIEWERS) {
            throw new Refusal(400, 10_057, "maximum number of tails reached for this Worker");
          }
          const { filters = [] } = jsonOf<{ filters?: Filter[] }>(exchange);
          const expiresAt = new Date(this.#state.now().getTime() + LIFE_MS);
          const tail: StoredTail = { id: hexId(), script, filters, expiresAt, socket: undefined };
          this.#tails.set(tail.id, tail);
          return this.#view(tail);
        },
      },
      {
        method: "GET",
        path,
        needs: NEEDS,
        handle: ({ params }) => {
          const { name } = this.#state.script(params["script"] ?? "");
          return [...this.#tails.values()].filter((tail) => tail.script === name).map((tail) => this.#view(tail));
        },
      },
      {
        method: "DELETE",
        path: `${path}/:tail`,
        needs: NEEDS,
        reads: true,
        handle: ({ params }) => {
          const tail = this.#tails.get(params["tail"] ?? "");
          if (!tail) throw new Refusal(404, 10_053, "workers.api.error.tail_not_found");
          tail.socket?.destroy();
          this.#tails.delete(tail.id);
          return null;
        },
      },
    ];
  }

  /** A WebSocket's opening; only a known tail and its own subprotocol are let in. */
  upgrade(request: IncomingMessage, socket: Duplex): void {
    const tail = this.#tails.get((request.url ?? "").split("/").at(-1) ?? "");
    const key = request.headers["sec-websocket-key"];
    const protocols = (request.headers["sec-websocket-protocol"] ?? "").split(/,\s*/);
    if (!tail || !key || !protocols.includes("trace-v1") || tail.expiresAt <= this.#state.now()) {
      return void socket.end("HTTP/1.1 403 Forbidden\r\nConnection: close\r\n\r\n");
    }
    const accept = createHash("sha1").update(`${key}${HANDSHAKE}`).digest("base64");
    socket.write(
      `HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ${accept}\r\nSec-WebSocket-Protocol: trace-v1\r\n\r\n`,
    );
    tail.socket = socket;
    socket.on("data", (chunk: Buffer) => {
      // Opcode 8: the client says goodbye, and is answered in kind.
      if (((chunk[0] ?? 0) & 0x0f) === 8) socket.end(Buffer.from([0x88, 0]));
    });
    socket.on("error", () => socket.destroy());
    socket.on("close", () => {
      if (tail.socket === socket) tail.socket = undefined;
    });
  }

  stop(): void {
    this.drop();
    this.#tails.clear();
  }

  #view({ id, expiresAt }: StoredTail): TailCreateResponse {
    return { id, url: `${this.#origin().replace("http", "ws")}/tails/${id}`, expires_at: expiresAt.toISOString() };
  }

  #forgetExpired(): void {
    for (const tail of this.#tails.values()) {
      if (tail.expiresAt > this.#state.now()) continue;
      tail.socket?.destroy();
      this.#tails.delete(tail.id);
    }
  }
}

function passes(filter: Filter, { outcome, event }: TailEvent): boolean {
  if (filter.outcome && !filter.outcome.includes(outcome)) return false;
  if (filter.method) {
    const request: unknown = event?.["request"];
    const method: unknown =
      typeof request === "object" && request !== null ? Reflect.get(request, "method") : undefined;
    if (!filter.method.includes(String(method))) return false;
  }
  return filter.sampling_rate !== 0;
}

/** One text frame from a server: whole and unmasked. */
function textFrame(text: string): Buffer {
  const payload = Buffer.from(text);
  const { length } = payload;
  if (length < 126) return Buffer.concat([Buffer.from([0x81, length]), payload]);
  const head = Buffer.alloc(length < 65_536 ? 4 : 10);
  head[0] = 0x81;
  head[1] = length < 65_536 ? 126 : 127;
  if (length < 65_536) head.writeUInt16BE(length, 2);
  else head.writeBigUInt64BE(BigInt(length), 2);
  return Buffer.concat([head, payload]);
}
