import { hmacOf } from "./hmac.ts";

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
  const signature = await hmacOf(value, ["secret-proof", of.name, of.nonce]);
  return Array.from(signature, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** One for each value, in their order. */
export function proofsOfAll(values: readonly string[], of: { name: string; nonce: string }): Promise<string[]> {
  return Promise.all(values.map((value) => proofOf(value, of)));
}
