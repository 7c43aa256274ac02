import { encode } from "#contracts/codec";
import { letterParked } from "#contracts/dead-letter";
import type { ArrivedLetter } from "#queues/dead-letters";
import type { Deps } from "../ports.ts";

/** Where archived letters stand in the bucket. */
export const ARCHIVED = "dead-letters/";

/** Puts a letter that the database would not take into the bucket, as it stood on its queue. */
export async function archiveLetter(
  { header, letter }: ArrivedLetter,
  deps: Pick<Deps, "archive" | "now">,
): Promise<void> {
  const wire = encode(letterParked, {
    v: letterParked.version,
    id: crypto.randomUUID(),
    type: letterParked.type,
    requestId: header.requestId,
    causationId: letter.messageId,
    source: "d1-worker",
    occurredAt: letter.parkedAt,
    generation: letter.generation,
    replayId: header.replayId,
    data: letter,
  });
  // Ordered by time of death, so that lives come back in their order; a second copy of a death is the same object.
  await deps.archive.put(`${ARCHIVED}${letter.parkedAt.toISOString()}/${letter.messageId}.json`, JSON.stringify(wire));
}
