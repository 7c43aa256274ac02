import type { ArrivedLetter } from "#queues/dead-letters";
import { isQueueName, silentQueues } from "#queues/registry";
import { writeAll } from "../database.ts";
import { letterStatements } from "../letters.ts";
import type { Deps } from "../ports.ts";
import { notifyOfLetters } from "./notify-of-letters.ts";

/** Stores dead letters and tells the trader once per cause and hour. One entry per letter, in order. */
export async function storeLetters(
  letters: readonly ArrivedLetter[],
  deps: Pick<Deps, "database" | "producer" | "now">,
): Promise<readonly (Error | undefined)[]> {
  const now = deps.now().toISOString();
  const results = await writeAll(deps.database, letters, (some) => letterStatements(some, now));
  const worthTelling = letters.filter((each, index) => !results[index] && !isSilent(each.letter.originQueue));
  if (worthTelling.length === 0) return results;
  try {
    await notifyOfLetters(worthTelling, deps);
    return results;
  } catch (thrown) {
    // The letters are stored; they come again so that the message about them is not lost.
    const error = thrown instanceof Error ? thrown : new Error(String(thrown));
    return letters.map((each, index) => results[index] ?? (worthTelling.includes(each) ? error : undefined));
  }
}

/** A letter about a message that carries news of others begets no further news. */
export function isSilent(queue: string): boolean {
  return isQueueName(queue) && silentQueues.includes(queue);
}
