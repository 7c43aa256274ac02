/** 16 hex characters, equal for equal causes: ids, numbers, times and quoted values in the reason do not count. */
export async function fingerprintOf(letterClass: string, error: string, reason: string): Promise<string> {
  const bytes = new TextEncoder().encode(causeOf(letterClass, error, reason));
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
  return Array.from(digest.slice(0, 8), (byte) => byte.toString(16).padStart(2, "0")).join("");
}

const MONTH = "(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[a-z]*";
const CLOCK = "\\d\\d:\\d\\d(?::\\d\\d(?:[.,]\\d+)?)?";

/** What differs between two deaths of one cause; earlier patterns keep later ones from seeing half a value. */
const VALUES: readonly RegExp[] = [
  // V8 shows a piece of the text it could not parse, quotes and all.
  /"[^]*"(?:\.\.\.)?(?= is not valid JSON)/g,
  /"(?:\\.|[^"\\])*"|`[^`]*`/g,
  // Not the apostrophe of "doesn't".
  /(?<![\p{L}\p{N}])'[^']*'(?![\p{L}\p{N}])/gu,
  new RegExp(`\\d{4}-\\d\\d-\\d\\d(?:[T ]${CLOCK})?(?: ?(?:Z|UTC|[+-]\\d\\d:?\\d\\d))?`, "g"),
  new RegExp(
    `(?:(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)[a-z]*,? )?(?:\\d{1,2} ${MONTH}|${MONTH} \\d{1,2})(?:,? \\d{4})?(?: ${CLOCK})?(?: (?:GMT|UTC))?`,
    "g",
  ),
  new RegExp(`(?<![\\d.])${CLOCK}(?!\\d)Z?`, "g"),
  // UUIDs, client order ids, hashes, and words in which letters and digits take turns.
  /[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/gi,
  /(?<![a-z0-9])[a-z2-7]{26}-[ecstx]\d{0,3}(?![a-z0-9])/g,
  /(?<![a-z0-9])0x[0-9a-f]+|(?<![a-z0-9])(?=[0-9a-f]*\d)[0-9a-f]{8,}(?![a-z0-9])/gi,
  /(?<![a-z0-9])(?=[a-z0-9]{5})(?!\d+e\d+(?![a-z0-9]))(?:[a-z]+\d+[a-z]|\d+[a-z]+\d)[a-z0-9]*(?![a-z0-9])/gi,
  // What stands behind "status" is the cause itself, and so are the figures of an exchange's error codes.
  /(?<!(?:HTTP|status|code)[ :=]{0,3}-?\d*)(?:(?<![a-z0-9])[-+])?\d+(?:[.,_]\d+)*(?:e[-+]?\d+)?/gi,
];

/** The text that a fingerprint is made of. */
export function causeOf(letterClass: string, error: string, reason: string): string {
  const bare = VALUES.reduce((text, pattern) => text.replaceAll(pattern, "#"), reason);
  const cause = bare
    .replaceAll(/\s+/g, " ")
    // However long a list is, and "1 attempt" as "3 attempts".
    .replaceAll(/#(?:(?:, ?| ?\| ?| or | and |[ :/])#)+/g, "#")
    .replaceAll(/(?<=# [a-z]{3,})s(?![a-z])/g, "");
  return [letterClass, error, cause.trim()].join("\n");
}
