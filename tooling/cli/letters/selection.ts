import type { LetterSelection } from "#contracts/replay";
import { usageError } from "../errors.ts";
import { isFiltered, readFilters, type LetterFlags } from "./filters.ts";

const MOST_IDS = 1_000;

/** Which open letters are meant: by id, by filter, or in so many words all of them. Nothing at all is a usage error. */
export function readSelection(
  { ids, all, flags }: { ids: readonly string[]; all: boolean; flags: LetterFlags },
  { now, command, byPlan = false }: { now: Date; command: string; byPlan?: boolean },
): LetterSelection {
  const help = `see: npx hoox dlq ${command} --help`;
  const filtered = isFiltered(flags);
  if (ids.length > 0 && (filtered || all))
    throw usageError(`give ids or filters, not both: ${ids.join(" ")} would be ids`, help);
  if (filtered && all) throw usageError("--all means every open letter: leave it out, or the filters", help);
  if (ids.length > MOST_IDS) throw usageError(`more than ${MOST_IDS} ids: use filters`, help);
  if (ids.length > 0) return { ids: [...new Set(ids)] };
  if (all) return { all: true };
  if (filtered) return readFilters(flags, now);
  if (byPlan) return {};
  throw usageError("which letters? Give their ids, a filter such as --fingerprint, or --all", help);
}
