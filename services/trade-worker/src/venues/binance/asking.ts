import type * as z from "zod";
import type { OrderRequest } from "#contracts/order";
import { ACCOUNT_RETRY_MS, VenueRefusal, VenueUnavailable, type PlaceReply } from "../venue.ts";
import type { Fault } from "./faults.ts";
import type { Reply } from "./transport.ts";

/** The body of a reply. Throws VenueUnavailable, with `what` was asked, for a fault or a body of another shape. */
export async function ask<S extends z.ZodType>(what: string, reply: Promise<Reply>, schema: S): Promise<z.infer<S>> {
  const answer = await reply;
  if (!answer.ok) throw unavailable(what, answer.fault);
  const parsed = schema.safeParse(answer.body);
  if (parsed.success) return parsed.data;
  throw new VenueUnavailable(`${what}: Binance's answer cannot be read`);
}

/** As {@link ask}, but undefined for an order that the venue does not know. */
export async function askIfThere<S extends z.ZodType>(
  what: string,
  reply: Promise<Reply>,
  schema: S,
): Promise<z.infer<S> | undefined> {
  const answer = await reply;
  if (!answer.ok && answer.fault.verdict === "absent") return undefined;
  return ask(what, Promise.resolve(answer), schema);
}

/** As {@link ask}, but what Binance refuses for good is a VenueRefusal. */
export async function askOrRefuse<S extends z.ZodType>(
  what: string,
  reply: Promise<Reply>,
  schema: S,
): Promise<z.infer<S>> {
  const answer = await reply;
  if (!answer.ok && answer.fault.verdict === "refused")
    throw new VenueRefusal(`${what}: ${answer.fault.reason}`, { isOfAccount: answer.fault.isOfAccount });
  return ask(what, Promise.resolve(answer), schema);
}

/** For questions that have an answer even where the venue will never trade again: what keeps it back is no evidence. */
export async function orUnavailable<T>(answer: Promise<T>): Promise<T> {
  return answer.catch((error: unknown) => {
    throw error instanceof VenueRefusal ? new VenueUnavailable(error.message, { cause: error }) : error;
  });
}

export function unavailable(what: string, { reason, retryAfterMs }: Fault): VenueUnavailable {
  return new VenueUnavailable(`${what}: ${reason}`, retryAfterMs === undefined ? {} : { retryAfterMs });
}

/**
 * What a fault means for an order that was sent. Anything but a mapped no leaves it in doubt. A no to the account or the
 * place is for good for an entry; a stop or a close is tried again, because nobody else protects what is open.
 */
export function placeReplyOf(
  { verdict, reason, retryAfterMs, isOfAccount, isOfRules }: Fault,
  order: Pick<OrderRequest, "reduceOnly">,
): PlaceReply {
  if (verdict === "refused" && isOfAccount && order.reduceOnly)
    return { kind: "not_executed", reason, retryAfterMs: ACCOUNT_RETRY_MS };
  if (verdict === "refused") return { kind: "rejected", reason, ...(isOfRules && { byRules: true }) };
  if (verdict === "not_executed") return { kind: "not_executed", reason, retryAfterMs };
  return { kind: "unknown", reason };
}
