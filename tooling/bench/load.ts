import { Agent, request } from "node:http";

/** Longer than any Worker may take; beyond it the mesh is dead, and waiting on would hide that. */
const TIMEOUT_MS = 20_000;

export interface Reply {
  readonly status: number;
  readonly text: string;
  /** From the call to the last byte of the answer. */
  readonly ms: number;
  /** Wall clock, to be compared with times that Workers write down. */
  readonly sentAt: number;
}

/**
 * Posts to one path over kept connections. Measured against raw sockets on the null Worker: the same
 * throughput at 16 connections (node:http takes 0.13 of a core there), so it is not what limits.
 */
export class Sender {
  readonly #agent: Agent;
  readonly #to: { host: string; port: string; path: string; hostHeader: string };

  constructor(to: { url: URL; path: string; connections: number; host?: string }) {
    this.#agent = new Agent({ keepAlive: true, maxSockets: to.connections });
    this.#to = { host: to.url.hostname, port: to.url.port, path: to.path, hostHeader: to.host ?? to.url.host };
  }

  post(body: string): Promise<Reply> {
    return new Promise((resolve, reject) => {
      const { host, port, path, hostHeader } = this.#to;
      const headers = {
        host: hostHeader,
        "content-type": "application/json",
        "content-length": Buffer.byteLength(body),
      };
      const sentAt = Date.now();
      const started = performance.now();
      const call = request(
        { agent: this.#agent, host, port, path, method: "POST", headers, timeout: TIMEOUT_MS },
        (response) => {
          let text = "";
          response.setEncoding("utf8");
          response.on("data", (chunk: string) => (text += chunk));
          response.on("error", reject);
          response.on("end", () =>
            resolve({ status: response.statusCode ?? 0, text, ms: performance.now() - started, sentAt }),
          );
        },
      );
      call.on("error", reject);
      call.on("timeout", () => call.destroy(new Error(`no answer within ${TIMEOUT_MS / 1_000} s`)));
      call.end(body);
    });
  }

  close(): void {
    this.#agent.destroy();
  }
}

export interface Burst {
  readonly replies: readonly Reply[];
  readonly seconds: number;
}

/** Every connection sends its next request as soon as the last is answered, while `more` says so. */
export async function closedLoop(
  sender: Pick<Sender, "post">,
  of: { connections: number; body: (connection: number) => string; more: (sent: number) => boolean },
): Promise<Burst> {
  const replies: Reply[] = [];
  let sent = 0;
  const started = performance.now();
  const connection = async (index: number): Promise<void> => {
    while (of.more(sent)) {
      sent += 1;
      replies.push(await sender.post(of.body(index)));
    }
  };
  await Promise.all(Array.from({ length: of.connections }, (_, index) => connection(index)));
  return { replies, seconds: (performance.now() - started) / 1_000 };
}

export function forMilliseconds(milliseconds: number): () => boolean {
  const end = performance.now() + milliseconds;
  return () => performance.now() < end;
}

/** Answered requests a second. Throws when one was answered with another status: then it measured something else. */
export function throughput({ replies, seconds }: Burst, status: number): number {
  const other = replies.find((reply) => reply.status !== status);
  if (other) throw new Error(`expected ${status}, got ${other.status}: ${other.text.slice(0, 300)}`);
  return replies.length / seconds;
}
