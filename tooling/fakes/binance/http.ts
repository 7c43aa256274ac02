import type { IncomingMessage, ServerResponse } from "node:http";
import type { Parameters } from "./parameters.ts";

/** One request as a route sees it, once it has passed the gate. */
export interface Asked {
  parameters: Parameters;
  now: Date;
}

export interface Route {
  /** `POST /api/v3/order` */
  name: string;
  /** Asks for a key, a signature and a timestamp. */
  signed: boolean;
  answer: (asked: Asked) => unknown;
}

export function open(name: string, answer: Route["answer"]): Route {
  return { name, signed: false, answer };
}

export function signed(name: string, answer: Route["answer"]): Route {
  return { name, signed: true, answer };
}

export interface HttpAnswer {
  status: number;
  body: string;
  headers?: Readonly<Record<string, string>>;
}

/** A no in Binance's words. */
export class Refused extends Error {
  readonly status: number;
  readonly code: number;

  constructor(code: number, words: string, status = 400) {
    super(words);
    this.code = code;
    this.status = status;
  }

  get answer(): HttpAnswer {
    return json({ code: this.code, msg: this.message }, { status: this.status });
  }
}

const INTEGER_MARK = "\u0001";

/** A bigint becomes a bare number, however long: so Binance writes its ids. */
export function json(body: unknown, of: Partial<Omit<HttpAnswer, "body">> = {}): HttpAnswer {
  const marked = JSON.stringify(body, (_, value: unknown) =>
    typeof value === "bigint" ? `${INTEGER_MARK}${value}` : value,
  );
  const text = marked.replaceAll(/"\\u0001(\d+)"/g, "$1");
  return { status: 200, ...of, body: text, headers: { "content-type": "application/json", ...of.headers } };
}

export async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(Buffer.from(chunk));
  return Buffer.concat(chunks).toString("utf8");
}

export function send(response: ServerResponse, { status, body, headers }: HttpAnswer): void {
  response.writeHead(status, headers).end(body);
}
