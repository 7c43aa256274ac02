/** 16 hex characters, equal for equal causes: ids, numbers and quoted values in the reason do not count. */
export async function fingerprintOf(letterClass: string, error: string, reason: string): Promise<string> {
  const bytes = new TextEncoder().encode(causeOf(letterClass, error, reason));
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
  return Array.from(digest.slice(0, 8), (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** The text that a fingerprint is made of. */
export function causeOf(letterClass: string, error: string, reason: string): string {
  const cause = reason
    .replaceAll(/[0-9a-f]{8}-[0-9a-f-]{27}/gi, "#")
    .replaceAll(/"[^"]*"|'[^']*'/g, "'")
    .replaceAll(/\d+(?:\.\d+)?/g, "#");
  return [letterClass, error, cause].join("\n");
}
