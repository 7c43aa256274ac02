import { forcible, type Forcible } from "#contracts/dead-letter";
import { verdicts } from "#contracts/verdict";
import { usageError } from "../errors.ts";
import { read } from "../options.ts";
import { verdictWords } from "./verdicts.ts";

/** `--force`, and the reason that it needs. */
export function readForce(force: readonly string[], reason: string | undefined): Forcible[] {
  const read_ = force.flatMap((names) => names.split(",")).map(readOne);
  if (read_.length > 0 && !reason?.trim())
    throw usageError("--force needs a --reason: it is kept in the audit log", 'such as --reason "the venue was down"');
  return [...new Set(read_)];
}

function readOne(text: string): Forcible {
  const name = text.trim().toUpperCase().replaceAll("-", "_");
  const known = verdicts.find((each) => each === name);
  if (known === undefined || forcible.safeParse(known).success) return read("--force", forcible, name);
  if (known === "SAFE") throw usageError("--force SAFE: they are executed without it", "leave it out");
  const { means, todo } = verdictWords[known];
  throw usageError(`--force ${known}: ${means}; no reason is good enough`, todo);
}
