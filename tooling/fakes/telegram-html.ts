const TAGS = new Set([
  "a",
  "b",
  "blockquote",
  "code",
  "del",
  "em",
  "i",
  "ins",
  "pre",
  "s",
  "span",
  "strike",
  "strong",
  "tg-emoji",
  "tg-spoiler",
  "u",
]);
const ENTITIES: Readonly<Record<string, string>> = { lt: "<", gt: ">", amp: "&", quot: '"' };

/**
 * Telegram's reading of HTML mode: a few tags, properly nested and closed, four named entities and the
 * numeric ones. An unknown `&thing;` stays as it stands; an unknown tag or a bare `<` refuses the message.
 */
export function parseTelegramHtml(source: string): { text: string } | { problem: string } {
  const open: string[] = [];
  let text = "";
  let at = 0;
  while (at < source.length) {
    const rest = source.slice(at);
    const entity = /^&(?:#(\d{1,7})|#x([0-9a-f]{1,6})|(lt|gt|amp|quot));/i.exec(rest);
    if (entity) {
      text += decoded(entity);
      at += entity[0].length;
      continue;
    }
    if (!rest.startsWith("<")) {
      text += rest.charAt(0);
      at += 1;
      continue;
    }
    const offset = Buffer.byteLength(source.slice(0, at));
    const tag = /^<(\/?)([a-z-]*)((?:\s+[^<>]*)?)>/i.exec(rest);
    if (!tag) return { problem: `Unclosed start tag at byte offset ${offset}` };
    const name = (tag[2] ?? "").toLowerCase();
    if (tag[1] === "/") {
      const last = open.pop();
      if (last === undefined) return { problem: `Unexpected end tag at byte offset ${offset}` };
      if (last !== name) {
        return { problem: `Unmatched end tag at byte offset ${offset}, expected "</${last}>", found "</${name}>"` };
      }
    } else {
      if (!TAGS.has(name)) return { problem: `Unsupported start tag "${name}" at byte offset ${offset}` };
      open.push(name);
    }
    at += tag[0].length;
  }
  const unclosed = open.at(-1);
  return unclosed === undefined ? { text } : { problem: `Can't find end tag corresponding to start tag "${unclosed}"` };
}

function decoded([, decimal, hexadecimal, named]: RegExpExecArray): string {
  if (named !== undefined) return ENTITIES[named.toLowerCase()] ?? "";
  return String.fromCodePoint(decimal === undefined ? Number.parseInt(hexadecimal ?? "0", 16) : Number(decimal));
}
