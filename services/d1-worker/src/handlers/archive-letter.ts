import { decode, encode } from "#contracts/codec";
import { letterParked } from "#contracts/dead-letter";
import type { ArrivedLetter } from "#queues/consumer";
import type { Deps } from "../ports.ts";
import { storeLetters } from "./letter-parked.ts";

const PREFIX = "dead-letters/";

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
  const hour = deps.now().toISOString().slice(0, 13);
  await deps.archive.put(`${PREFIX}${hour}/${letter.messageId}.json`, JSON.stringify(wire));
}

/**
 * Brings archived letters back into the database once it takes them again, so that `hoox dlq` shows every
 * letter. A file is deleted only after its letter is stored; one that cannot be read stays. Answers how many
 * came back.
 */
export async function restoreLetters(
  deps: Pick<Deps, "archive" | "database" | "producer" | "now" | "log">,
  limit = 50,
): Promise<number> {
  const found: { key: string; letter: ArrivedLetter }[] = [];
  for (const key of await deps.archive.list(PREFIX, limit)) {
    const text = await deps.archive.get(key);
    const letter = text === undefined ? undefined : readLetter(text);
    if (letter) found.push({ key, letter });
    else
      deps.log("error", "letter.unreadable", `the archived letter ${key} cannot be read; it stays where it is`, {
        object: key,
      });
  }
  const results = await storeLetters(
    found.map((each) => each.letter),
    deps,
  );
  const restored = found.filter((_, index) => !results[index]);
  for (const { key, letter } of restored) {
    await deps.archive.delete(key);
    deps.log.for(letter.header.requestId)(
      "info",
      "letter.restored",
      `the archived letter ${key} stands in the database again`,
    );
  }
  return restored.length;
}

function readLetter(text: string): ArrivedLetter | undefined {
  try {
    const message = decode([letterParked], JSON.parse(text));
    return { header: message, letter: message.data };
  } catch {
    return undefined;
  }
}
