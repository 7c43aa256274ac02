import type { ServerResponse } from "node:http";
import { Refusal, refuse } from "./http.ts";

/** What the next calls of a path are answered with instead of what they asked for. */
export interface Fault {
  /** A part of the path, or a pattern; any path when absent. */
  path?: string | RegExp;
  method?: string;
  /** How often; once when absent. */
  times?: number;
  /** Calls of this path that pass before it begins. */
  after?: number;
  /** An HTTP status with an envelope that says no. */
  status?: number;
  code?: number;
  message?: string;
  retryAfter?: number;
  /** Nothing comes: `true` never answers. */
  timeout?: true;
  /** 200 with half a JSON document, or a proxy's page with the status given. */
  garbage?: "json" | "html";
  /** The connection breaks. */
  drop?: true;
  /** What was asked is done all the same; only the answer is lost or wrong. */
  done?: boolean;
}

/** The faults that wait for their calls, in the order in which they were injected. */
export class Faults {
  readonly #waiting: { fault: Fault; after: number; left: number }[] = [];

  add(fault: Fault): void {
    this.#waiting.push({ fault, after: fault.after ?? 0, left: fault.times ?? 1 });
  }

  get size(): number {
    return this.#waiting.length;
  }

  clear(): void {
    this.#waiting.length = 0;
  }

  take(method: string, path: string): Fault | undefined {
    for (const waiting of this.#waiting) {
      if (!fits(waiting.fault, method, path)) continue;
      if (waiting.after > 0) {
        waiting.after -= 1;
        continue;
      }
      waiting.left -= 1;
      if (waiting.left === 0) this.#waiting.splice(this.#waiting.indexOf(waiting), 1);
      return waiting.fault;
    }
    return undefined;
  }
}

export function answerFault(response: ServerResponse, fault: Fault): void {
  if (fault.timeout) return;
  if (fault.drop) return void response.socket?.destroy();
  if (fault.garbage === "html") {
    const page = "<!DOCTYPE html><title>502 Bad Gateway</title>";
    return void response.writeHead(fault.status ?? 502, { "content-type": "text/html" }).end(page);
  }
  if (fault.garbage === "json") {
    return void response.writeHead(200, { "content-type": "application/json" }).end('{"success":true,"result":[{"id');
  }
  const status = fault.status ?? 500;
  const [code, message] =
    status === 429 ? TOO_MANY : [fault.code ?? 10_013, fault.message ?? "An unknown error has occurred"];
  const headers: Record<string, string> =
    fault.retryAfter === undefined ? {} : { "retry-after": String(fault.retryAfter) };
  refuse(response, new Refusal(status, code, message, headers));
}

export const TOO_MANY: readonly [number, string] = [971, "Please wait and consider throttling your request speed"];

function fits(fault: Fault, method: string, path: string): boolean {
  if (fault.method !== undefined && fault.method !== method) return false;
  if (fault.path === undefined) return true;
  return typeof fault.path === "string" ? path.includes(fault.path) : fault.path.test(path);
}
