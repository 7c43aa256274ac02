import { json, type HttpAnswer } from "./http.ts";

/** What a client meets instead of the answer. `silence`: nothing comes before the client gives up. */
export type Instead = "reset" | "silence" | ((now: Date) => HttpAnswer);

export interface Fault {
  /** Whether what was asked is done before the answer is lost. */
  done: boolean;
  instead: Instead;
}

const page = (status: number, words: string): HttpAnswer => ({
  status,
  body: `<html>\r\n<head><title>${status} ${words}</title></head>\r\n<body><center><h1>${status} ${words}</h1></center></body>\r\n</html>`,
  headers: { "content-type": "text/html" },
});
const said = (code: number, msg: string, of: Partial<Omit<HttpAnswer, "body">> = {}): HttpAnswer =>
  json({ code, msg }, { status: 400, ...of });

const before = (answer: HttpAnswer): Fault => ({ done: false, instead: () => answer });
const after = (answer: HttpAnswer): Fault => ({ done: true, instead: () => answer });

const BAN_MS = 180_000;
const UNKNOWN_ERROR = { msg: "Unknown error, please check your request or try again later." };
const TIMED_OUT = "Timeout waiting for response from backend server. Send status unknown; execution status unknown.";
const UNEXPECTED = "An unexpected response was received from the message bus. Execution status unknown.";
const UNHEARD = "This has never been documented.";

/** Everything that is known to go wrong between a client and Binance, each by a name that reads in a sentence. */
export const faults = {
  "a reset before": { done: false, instead: "reset" },
  "a reset after": { done: true, instead: "reset" },
  "silence before": { done: false, instead: "silence" },
  "silence after": { done: true, instead: "silence" },
  "an HTML 500 before": before(page(500, "Internal Server Error")),
  "an HTML 500 after": after(page(500, "Internal Server Error")),
  "an empty 500 after": after({ status: 500, body: "" }),
  "an HTML 502 before": before(page(502, "Bad Gateway")),
  "an HTML 502 after": after(page(502, "Bad Gateway")),
  "an empty 503 before": before({ status: 503, body: "" }),
  "an empty 503 after": after({ status: 503, body: "" }),
  "an HTML 504 before": before(page(504, "Gateway Time-out")),
  "an HTML 504 after": after(page(504, "Gateway Time-out")),
  // As it comes: without a code.
  "503 Unknown error after": after(
    json({ timestamp: 1_609_300_986_882, path: "/fapi/v1/order", ...UNKNOWN_ERROR }, { status: 503 }),
  ),
  "503 Service Unavailable.": before(json({ code: 0, msg: "Service Unavailable." }, { status: 503 })),
  "503 Internal error": before(
    said(-1001, "Internal error; unable to process your request. Please try again.", { status: 503 }),
  ),
  "-1006 before": before(said(-1006, UNEXPECTED)),
  "-1006 after": after(said(-1006, UNEXPECTED)),
  "-1007 before": before(said(-1007, TIMED_OUT, { status: 408 })),
  "-1007 after": after(said(-1007, TIMED_OUT, { status: 408 })),
  "-1008": before(
    said(
      -1008,
      "Request throttled by system-level protection. Reduce-only/close-position orders are exempt. Please try again.",
      {
        status: 503,
      },
    ),
  ),
  "-1015": before(
    said(-1015, "Too many new orders; current limit is 10 orders per 10 SECOND.", {
      status: 429,
      headers: { "Retry-After": "9" },
    }),
  ),
  "-1003": before(
    said(-1003, "Too much request weight used; current limit is 6000 request weight per 1 MINUTE.", {
      status: 429,
      headers: { "Retry-After": "21" },
    }),
  ),
  "a ban": {
    done: false,
    instead: (now) =>
      said(-1003, `Way too much request weight used; IP banned until ${now.getTime() + BAN_MS}.`, {
        status: 418,
        headers: { "Retry-After": String(BAN_MS / 1_000) },
      }),
  },
  "-1021": before(said(-1021, "Timestamp for this request is outside of the recvWindow.")),
  "-1022": before(said(-1022, "Signature for this request is not valid.")),
  "-2008": before(said(-2008, "Invalid Api-Key ID.", { status: 401 })),
  "-2015": before(said(-2015, "Invalid API-key, IP, or permissions for action.", { status: 401 })),
  "a firewall's 403": before(page(403, "Forbidden")),
  "a 451": before(
    json(
      { code: 0, msg: "Service unavailable from a restricted location according to 'b. Eligibility'." },
      { status: 451 },
    ),
  ),
  "a 200 that is no JSON after": after({ status: 200, body: "<html>hello</html>" }),
  "a 200 that says nothing after": after(json({})),
  "a redirect": before({ status: 302, body: "", headers: { location: "/elsewhere" } }),
  "-9999 before": before(said(-9999, UNHEARD)),
  "-9999 after": after(said(-9999, UNHEARD)),
} as const satisfies Readonly<Record<string, Fault>>;

export type FaultName = keyof typeof faults;

export interface FaultOrder {
  fault: FaultName;
  /** Only requests to this route, such as `POST /api/v3/order`; any when absent. */
  route?: string;
  /** How often; once when absent. */
  times?: number;
  /** Requests of the route that pass before it begins. */
  after?: number;
}

/** The faults that wait for their requests, in the order in which they were asked for. */
export class WaitingFaults {
  #waiting: { order: FaultOrder; after: number; left: number }[] = [];

  add(order: FaultOrder): void {
    this.#waiting.push({ order, after: order.after ?? 0, left: order.times ?? 1 });
  }

  get size(): number {
    return this.#waiting.length;
  }

  clear(): void {
    this.#waiting = [];
  }

  take(route: string): Fault | undefined {
    for (const waiting of this.#waiting) {
      if (waiting.order.route !== undefined && waiting.order.route !== route) continue;
      if (waiting.after > 0) {
        waiting.after -= 1;
        continue;
      }
      waiting.left -= 1;
      if (waiting.left === 0) this.#waiting = this.#waiting.filter((each) => each !== waiting);
      return faults[waiting.order.fault];
    }
    return undefined;
  }
}
