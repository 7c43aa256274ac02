import type * as z from "zod";
import { decode } from "#contracts/codec";
import { letterParked } from "#contracts/dead-letter";
import type { letterRoutes } from "#contracts/routes/dead-letters";
import type { ArrivedLetter } from "#queues/dead-letters";
import type { Deps } from "../ports.ts";
import { ARCHIVED } from "./archive-letter.ts";
import { storeLetters } from "./letter-parked.ts";

type Reply = z.infer<(typeof letterRoutes.restoreLetters)["reply"]>;
type Needs = Pick<Deps, "archive" | "database" | "producer" | "now" | "log">;

const PAGE = 50;

/**
 * Brings archived letters back into the database once it takes them again, so that `hoox dlq` shows every
 * letter. An object is deleted only after its letter is stored, and a letter that is stored twice stands there
 * once: it may be cut short anywhere and asked again. What cannot be read or is refused stays, and holds up no other.
 */
export async function restoreLetters(deps: Needs, limit = 200): Promise<Reply> {
  const kept: Reply["kept"] = [];
  let restored = 0;
  let after: string | undefined;
  while (restored < limit) {
    const objects = await deps.archive.list(ARCHIVED, { limit: Math.min(PAGE, limit - restored), after });
    if (objects.length === 0) break;
    after = objects.at(-1);
    const page = await restorePage(objects, deps);
    restored += page.restored;
    kept.push(...page.kept);
    if (page.restored === 0 && page.refused > 0) break;
  }
  const remaining = await deps.archive.list(ARCHIVED, { limit: 1_000 });
  return { restored, remaining: remaining.length, kept };
}

async function restorePage(
  objects: readonly string[],
  deps: Needs,
): Promise<{ restored: number; refused: number; kept: Reply["kept"] }> {
  const found: { object: string; letter: ArrivedLetter }[] = [];
  const kept: Reply["kept"] = [];
  const read = await Promise.all(objects.map(async (object) => ({ object, text: await deps.archive.get(object) })));
  for (const { object, text } of read) {
    // Another call was faster.
    if (text === undefined) continue;
    const letter = readLetter(text);
    if (letter) found.push({ object, letter });
    else kept.push({ object, problem: "it cannot be read" });
  }
  const results = await storeLetters(
    found.map(({ letter }) => letter),
    deps,
  );
  const stored = found.filter((_, index) => !results[index]);
  if (stored.length > 0) await deps.archive.delete(stored.map(({ object }) => object));
  for (const { object, letter } of stored)
    deps.log.for(letter.header.requestId)("info", "letter.restored", `${object} stands in the database again`);
  found.forEach(({ object }, index) => {
    const error = results[index];
    if (error) kept.push({ object, problem: error.message });
  });
  for (const { object, problem } of kept)
    deps.log("error", "letter.kept", `the archived letter ${object} stays where it is: ${problem}`, { object });
  return { restored: stored.length, refused: found.length - stored.length, kept };
}

function readLetter(text: string): ArrivedLetter | undefined {
  try {
    const message = decode([letterParked], JSON.parse(text));
    return { header: message, letter: message.data };
  } catch {
    return undefined;
  }
}
