import { describe, expect, it } from "vitest";
import { paintWith } from "../output/paint.ts";
import { hear } from "./lines.ts";
import { createReporter } from "./reporter.ts";

const line = {
  id: "1",
  requestId: "9b1deb4d-3b7d-4bad-9bdd-2b0d7b3dcb6d",
  createdAt: "2026-11-23T12:00:01.234Z",
  worker: "trade-worker",
  severity: "info",
  event: "order.placed",
  message: "buy 0.001 BTCUSDT",
  fields: {},
};

describe("a line of wrangler dev", () => {
  it("is a log line when a Worker printed one", () => {
    expect(hear(`[trade-worker] ${JSON.stringify(line)}`)).toEqual({ kind: "log", line });
  });

  it("is a log line without a prefix too, as with a single Worker", () => {
    expect(hear(JSON.stringify(line)).kind).toBe("log");
  });

  it("is a Worker's text when it printed something else", () => {
    expect(hear("[trade-worker] hello { world")).toEqual({
      kind: "text",
      worker: "trade-worker",
      text: "hello { world",
    });
  });

  it.each([
    "",
    " ⛅️ wrangler 4.164.0",
    "────────────────────",
    "Using secrets defined in process.env",
    "hoox has access to the following bindings:",
    "Binding                    Resource                     Mode",
    'env.OPERATOR_KEY_BINDING ("(hidden)")   Environment Variable         local',
    "⎔ Starting local server...",
    "[wrangler:info] Ready on http://localhost:8787",
    "[wrangler:info] POST /webhook 202 Accepted (8ms)",
    "[wrangler:info] QUEUE records 1/1 (5ms)",
    "QUEUE system-logs 12/12 (5ms)",
    "\u001b[33m▲ \u001b[43;33m[\u001b[43;30mWARNING\u001b[43;33m]\u001b[0m \u001b[1mScheduled Workers are not automatically triggered during local development.\u001b[0m",
    '    curl "http://localhost:8787/cdn-cgi/local/scheduled"',
  ])("is noise when it is wrangler's everyday talk: %j", (text) => {
    expect(hear(text).kind).toBe("noise");
  });

  it.each([
    "✘ [ERROR] Build failed with 1 error:",
    "▲ [WARNING] Processing services/hoox/wrangler.jsonc configuration:",
    "[wrangler:error] Uncaught TypeError: x is not a function",
  ])("is trouble when wrangler says so: %j", (text) => {
    expect(hear(text).kind).toBe("trouble");
  });
});

describe("what a person sees of it", () => {
  function shown(lines: readonly string[], options: { verbose?: boolean } = {}): string[] {
    const written: string[] = [];
    const now = (): Date => new Date("2026-11-23T12:00:02.000Z");
    const reporter = createReporter({
      write: (text) => written.push(text),
      paint: paintWith(false),
      now,
      verbose: options.verbose ?? false,
    });
    reporter.started();
    for (const each of lines) reporter.hear(hear(each));
    return written;
  }
  const log = (change: object): string => `[hoox] ${JSON.stringify({ ...line, ...change })}`;

  it("is one line: time, Worker, event, message, short requestId", () => {
    expect(shown([log({})])).toEqual(["12:00:01.234 trade-worker    order.placed         buy 0.001 BTCUSDT  9b1deb4d"]);
  });

  it("is a notification as the trader would read it", () => {
    const fields = { severity: "info", details: ["Lane: main", "Fee: 0"] };

    expect(shown([log({ event: "notification.logged", message: "Filled: buy 0.001 BTCUSDT", fields })])).toEqual([
      "12:00:01.234 >> Filled: buy 0.001 BTCUSDT  9b1deb4d-3b7d-4bad-9bdd-2b0d7b3dcb6d\n                Lane: main · Fee: 0",
    ]);
  });

  it("is neither debug nor routine nor wrangler's talk, unless asked for", () => {
    const quiet = [
      log({ severity: "debug" }),
      log({ event: "record.stored" }),
      "[wrangler:info] POST /webhook 202 Accepted (8ms)",
    ];

    expect(shown(quiet)).toEqual([]);
    expect(shown(quiet, { verbose: true })).toHaveLength(3);
  });

  it("never holds the key of an address that wrangler prints", () => {
    expect(shown(["[wrangler:info] POST /webhook?key=sesame 202 Accepted (8ms)"], { verbose: true })).toEqual([
      "POST /webhook?key=[redacted] 202 Accepted (8ms)",
    ]);
  });

  it("is a whole error of several lines", () => {
    expect(
      shown([
        "✘ [ERROR] Build failed with 1 error:",
        "",
        "    services/hoox/src/index.ts:3:9: ERROR: Expected ;",
        "[wrangler:info] GET /health 200 OK (1ms)",
      ]),
    ).toHaveLength(2);
  });
});
