import { parse, stringify } from "superjson";
import * as z from "zod";
import { decimal } from "#contracts/decimal";
import { position, venueOrder } from "#contracts/order";
import { venueRules } from "../venue.ts";
import type { PaperCalls } from "./rpc.ts";

const TIMEOUT_MS = 8_000;

const placeReply = z.discriminatedUnion("status", [
  z.object({ status: z.literal("accepted"), order: venueOrder, target: venueOrder.optional() }),
  z.object({ status: z.literal("rejected"), reason: z.string() }),
  z.object({ status: z.literal("duplicate"), reason: z.string() }),
  z.object({ status: z.literal("not_executed"), reason: z.string(), retryAfterMs: z.number().optional() }),
  z.object({ status: z.literal("no_answer"), reason: z.string() }),
]);

const unanswered = z.object({ status: z.literal("no_answer"), reason: z.string() });
const found = z.union([
  z
    .object({ status: z.literal("answered"), value: venueOrder.optional() })
    .transform(({ status, value }) => ({ status, value })),
  unanswered,
]);

function answerOf<Value extends z.ZodType>(value: Value) {
  return z.union([z.object({ status: z.literal("answered"), value }), unanswered]);
}

/**
 * The paper exchange on another machine (PAPER_URL), so that it outlives the mesh: each call is a POST of its
 * arguments in superjson to `<url>/<ledger>/<call>`. Rejects like an RPC when the line breaks.
 */
export function paperOverHttp(of: { url: string; ledger: string; fetch: typeof fetch }): PaperCalls {
  async function call<Reply extends z.ZodType>(name: string, args: unknown[], reply: Reply): Promise<z.infer<Reply>> {
    const response = await of.fetch(`${of.url}/${encodeURIComponent(of.ledger)}/${name}`, {
      method: "POST",
      body: stringify(args),
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`${name} was answered ${response.status}: ${text.slice(0, 200)}`);
    return reply.parse(parse(text));
  }

  return {
    place: (request, { signedAt }) => call("place", [request, { signedAt }], placeReply),
    find: (key) => call("find", [key], found),
    cancel: (key) => call("cancel", [key], found),
    openOrders: (symbol) => call("openOrders", [symbol], answerOf(z.array(venueOrder))),
    position: (symbol) => call("position", [symbol], answerOf(position)),
    equity: (symbol) => call("equity", [symbol], answerOf(decimal)),
    rules: (symbol) => call("rules", [symbol], answerOf(venueRules)),
  };
}
