import * as z from "zod";
import { letterFilters, letterStatus, type LetterFilters } from "#contracts/replay";
import { queueNames } from "#queues/registry";
import { readOptional, readTime } from "../options.ts";

export interface LetterFlags {
  queue?: string | undefined;
  since?: string | undefined;
  until?: string | undefined;
  class?: string | undefined;
  fingerprint?: string | undefined;
  lane?: string | undefined;
  strategy?: string | undefined;
  requestId?: string | undefined;
  status?: string | undefined;
}

/** What `--status` takes. */
export const statusFilter = z.enum([...letterStatus.options, "all"]);
const queue = z.enum(queueNames);
const { class: letterClass, strategy, requestId } = letterFilters.shape;

/** What the flags ask for; they must all hold. Without `--status`, the status is left open. */
export function readFilters(flags: LetterFlags, now: Date): Omit<LetterFilters, "ids"> {
  const status = readOptional("--status", statusFilter, flags.status);
  return {
    // A dead letter's queue is where it comes from, not the one it was parked on.
    queue: readOptional("--queue", queue, flags.queue?.replace(/-dlq$/, "")),
    since: readTime("--since", flags.since, now),
    until: readTime("--until", flags.until, now),
    class: readOptional("--class", letterClass.unwrap(), flags.class),
    fingerprint: flags.fingerprint,
    lane: flags.lane,
    strategy: readOptional("--strategy", strategy.unwrap(), flags.strategy),
    requestId: readOptional("--request-id", requestId.unwrap(), flags.requestId?.trim().toLowerCase()),
    status: status === "all" ? undefined : status,
  };
}

const NAMES: readonly [flag: string, key: keyof LetterFlags][] = [
  ["--queue", "queue"],
  ["--since", "since"],
  ["--until", "until"],
  ["--class", "class"],
  ["--fingerprint", "fingerprint"],
  ["--lane", "lane"],
  ["--strategy", "strategy"],
  ["--request-id", "requestId"],
];

export function isFiltered(flags: LetterFlags): boolean {
  return NAMES.some(([, key]) => flags[key] !== undefined);
}

/** `--queue records --class bug`: the flags again, for another command that is to mean the same letters. */
export function flagsText(flags: LetterFlags): string {
  return NAMES.flatMap(([flag, key]) => (flags[key] === undefined ? [] : [`${flag} ${flags[key]}`])).join(" ");
}
