/** HMAC-SHA256 of these words, a line each; the first says what the signature is for, so that it serves nothing else. */
export async function hmacOf(key: string, words: readonly string[]): Promise<Uint8Array> {
  const bytes = new TextEncoder();
  const algorithm = { name: "HMAC", hash: "SHA-256" };
  const secret = await crypto.subtle.importKey("raw", bytes.encode(key), algorithm, false, ["sign"]);
  return new Uint8Array(await crypto.subtle.sign("HMAC", secret, bytes.encode(words.join("\n"))));
}
