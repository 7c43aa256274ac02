import { findKeys } from "../webhook/find-keys.ts";
import { parseBody, type Body } from "../webhook/understand.ts";

/** So many braces of a mail may begin an alert; each is looked at to the end of the mail. */
const MOST_STARTS = 50;

/**
 * The alert in the text of a mail, as it was sent: the first JSON object that holds a key, or else the first of all.
 * TradingView puts words before and behind it, and they may hold braces of their own. Undefined when there is none, or
 * none that ends.
 */
export function alertIn(text: string): Body | undefined {
  let first: Body | undefined;
  let start = text.indexOf("{");
  for (let starts = 0; start >= 0 && starts < MOST_STARTS; starts += 1) {
    const object = objectAt(text, start);
    const body = object === undefined ? undefined : parseBody(object);
    if (body?.json !== undefined && findKeys("", body).length > 0) return body;
    first ??= body;
    // What is inside of an object is no alert of its own; behind a brace that begins none, one may begin.
    start = text.indexOf("{", body?.json === undefined ? start + 1 : start + body.text.length);
  }
  return first;
}

/** What stands between this brace and the one that closes it. */
function objectAt(text: string, start: number): string | undefined {
  let depth = 0;
  let inString = false;
  for (let index = start; index < text.length; index += 1) {
    const char = text[index];
    if (inString) {
      if (char === "\\") index += 1;
      else if (char === '"') inString = false;
    } else if (char === '"') inString = true;
    else if (char === "{") depth += 1;
    else if (char === "}" && (depth -= 1) === 0) return text.slice(start, index + 1);
  }
  return undefined;
}
