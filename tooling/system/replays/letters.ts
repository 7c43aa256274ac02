import { encode } from "#contracts/codec";
import { letterParked } from "#contracts/dead-letter";
import type { Contract, MessageOf } from "#contracts/envelope";

type Letter = MessageOf<typeof letterParked>["data"];

/** A letter as a consumer parks it. */
export function parked(
  messageId: string,
  of: Partial<Letter> & Pick<Letter, "originQueue" | "error" | "reason" | "fingerprint" | "body">,
): unknown {
  const at = new Date();
  const data: Letter = {
    messageId,
    class: "retries_exhausted",
    attempts: 9,
    firstSeenAt: at,
    parkedAt: at,
    parkedBy: of.originQueue === "records" ? "d1-worker" : "telegram-worker",
    workerVersion: "an earlier one",
    generation: 0,
    final: false,
    ...of,
  };
  return message(letterParked, `letter/${messageId}`, data);
}

/** An envelope as it stands on a queue. */
export function message<C extends Contract>(
  contract: C,
  id: string,
  data: MessageOf<C>["data"],
  requestId: string = crypto.randomUUID(),
): unknown {
  const header = { v: contract.version, id, type: contract.type, requestId, causationId: requestId, generation: 0 };
  // The data is that of the contract.
  const whole = { ...header, source: "ops-worker", occurredAt: new Date(), data } as unknown as MessageOf<C>;
  return encode(contract, whole);
}
