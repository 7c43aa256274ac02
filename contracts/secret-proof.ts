/** Every name that may be proven: the values of other variables are nobody's to compare. */
const SECRET_NAME =
  /^(?:(?:INTERNAL_KEY|WEBHOOK_API_KEY|OPERATOR_KEY|TG_BOT_TOKEN)_BINDING|TELEGRAM_CHAT_ID_DEFAULT|TELEGRAM_WEBHOOK_SECRET|[A-Z][A-Z0-9_]{0,60}_API_(?:KEY|SECRET))$/;

export function isSecretName(name: string): boolean {
  return SECRET_NAME.test(name);
}

/** The values in a secret: two, separated by a comma, during rotation. */
export function valuesOf(secret: string): string[] {
  return secret
    .split(",")
    .map((value) => value.trim())
    .filter((value) => value !== "");
}

/**
 * Who answers this has the value; who reads it learns nothing of the value. Bound to the purpose and the name, so
 * that it serves as no other signature made with the same key.
 */
export async function proofOf(value: string, of: { name: string; nonce: string }): Promise<string> {
  const bytes = new TextEncoder();
  const algorithm = { name: "HMAC", hash: "SHA-256" };
  const key = await crypto.subtle.importKey("raw", bytes.encode(value), algorithm, false, ["sign"]);
  const text = ["secret-proof", of.name, of.nonce].join("\n");
  const signature = new Uint8Array(await crypto.subtle.sign("HMAC", key, bytes.encode(text)));
  return Array.from(signature, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
