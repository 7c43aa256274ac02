import { deserialize, type SuperJSONResult } from "superjson";
import * as z from "zod";
import { firstProblem } from "#contracts/codec";
import { toSuperjson } from "#contracts/superjson";
import { tradeRoutes } from "#contracts/routes/trade";
import { HttpError } from "#runtime/http-error";

/** One claimed signal on its way to the handler that executes it. */
export type Work = z.infer<typeof tradeRoutes.attempt.body>;

const wire = z.looseObject({ json: z.unknown() });

/** Dates survive because the body is superjson, as on the queues. */
export function encodeWork(work: Work): SuperJSONResult {
  return toSuperjson(work);
}

/** Throws HttpError 400 for anything but an encoded {@link Work}. */
export function decodeWork(body: unknown): Work {
  const refuse = (problem: string): HttpError =>
    new HttpError(400, "invalid_attempt", `the attempt cannot be read: ${problem}`);
  const read = wire.safeParse(body);
  if (!read.success) throw refuse("not superjson");
  let value: unknown;
  try {
    // superjson checks its own annotations and throws on those it cannot follow.
    value = deserialize(body as SuperJSONResult);
  } catch (error) {
    throw refuse(String(error));
  }
  const parsed = tradeRoutes.attempt.body.safeParse(value);
  if (!parsed.success) throw refuse(firstProblem(parsed.error));
  return parsed.data;
}
