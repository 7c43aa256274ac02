import { randomBytes } from "node:crypto";
import { text as textOf } from "node:stream/consumers";
import type { HooxContext } from "../cli/context.ts";
import { usageError } from "../cli/errors.ts";

export interface ValueFrom {
  name: string;
  /** In the command line, where other users of the machine and the shell's history see it. */
  given: string | undefined;
  stdin: boolean;
  generate: boolean;
}

/** The value, from wherever it was said to come; on a terminal it is asked for, unseen. */
export async function readValue(context: HooxContext, from: ValueFrom): Promise<string> {
  const ways = [from.given !== undefined, from.stdin, from.generate].filter(Boolean).length;
  if (ways > 1) throw usageError("take one of a value, --stdin and --generate");
  if (from.generate) return randomBytes(24).toString("hex");
  if (from.given !== undefined) {
    context.stderr.write(
      "warning: the value stands in this shell's history now; --stdin and the prompt leave no trace\n",
    );
    return checkedValue(from.name, from.given);
  }
  if (from.stdin) return checkedValue(from.name, await textOf(context.stdin));
  if (!context.interactive) {
    throw usageError(
      `no value for ${from.name} was given`,
      "add --stdin and pipe it in, or --generate, or run it on a terminal",
    );
  }
  return checkedValue(from.name, await context.askSecret(`Value of ${from.name}, not shown: `));
}

/** Shorter ones could be guessed, and are not found where text is cleaned of secrets. */
const SHORTEST_KEY = 8;

export function checkedValue(name: string, text: string): string {
  const value = text.trim();
  if (value === "")
    throw usageError(`the value of ${name} is empty; nothing was changed`, "to take it away: npx hoox secrets delete");
  // A control character in it is a slip of the clipboard.
  if (/\p{Cc}/u.test(value)) throw usageError(`the value of ${name} has several lines; nothing was changed`);
  const isKey = !name.startsWith("TELEGRAM_CHAT_ID");
  if (isKey && value.split(",").some((each) => each.trim().length < SHORTEST_KEY)) {
    throw usageError(
      `the value of ${name} is shorter than ${SHORTEST_KEY} characters; nothing was changed`,
      "a good one: openssl rand -hex 24",
    );
  }
  return value;
}

/** Whether nobody but the Workers needs to know it, so that it can be made up. */
export function canBeMadeUp(name: string): boolean {
  return name === "INTERNAL_KEY_BINDING" || name === "TELEGRAM_WEBHOOK_SECRET";
}

/** Hoox's own, of which this machine keeps what it has set; an exchange's or a bot's is nobody's but its owner's. */
export function isOwnKey(name: string): boolean {
  return canBeMadeUp(name) || name === "OPERATOR_KEY_BINDING" || name === "WEBHOOK_API_KEY_BINDING";
}
