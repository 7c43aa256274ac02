import type { Market } from "../venues/binance/faults.ts";
import type { TestClock } from "./test-clock.ts";
import { createMemory, createTransport, type Memory, type Transport } from "../venues/binance/transport.ts";

export interface Sent {
  method: string;
  path: string;
  query: URLSearchParams;
  headers: Headers;
}

export type Answer = { status?: number; body: unknown; headers?: Record<string, string> } | Error;

/** Answers by `METHOD path`; a request that nobody scripted fails the test. */
export function scriptedBinance(of: {
  clock: TestClock;
  answers: Record<string, Answer | ((sent: Sent) => Answer)>;
  market?: Market;
}): { transport: Transport; memory: Memory; sent: Sent[] } {
  const sent: Sent[] = [];
  const memory = createMemory();
  const market = of.market ?? "spot";
  const scripted: typeof fetch = async (input, init) => {
    const url = new URL(input instanceof Request ? input.url : input);
    const request = {
      method: init?.method ?? "GET",
      path: url.pathname,
      query: url.searchParams,
      headers: new Headers(init?.headers),
    };
    sent.push(request);
    const script = of.answers[`${request.method} ${request.path}`];
    if (script === undefined) throw new Error(`nobody scripted ${request.method} ${request.path}`);
    const answer = typeof script === "function" ? script(request) : script;
    if (answer instanceof Error) throw answer;
    const body = typeof answer.body === "string" ? answer.body : JSON.stringify(answer.body);
    return new Response(body, { status: answer.status ?? 200, ...(answer.headers && { headers: answer.headers }) });
  };
  const transport = createTransport({
    baseUrl: "https://binance.test",
    market,
    timePath: market === "spot" ? "/api/v3/time" : "/fapi/v1/time",
    credentials: { apiKey: "key", apiSecret: "secret" },
    clock: of.clock,
    fetch: scripted,
    memory,
  });
  return { transport, memory, sent };
}
