import { hmacOf } from "#contracts/hmac";
import { valuesOf } from "#contracts/secret-proof";
import { timingSafeEqual } from "#runtime/internal-auth";

/** What stands behind a button: 64 bytes at most, and anybody with another Telegram client can make it up. */
export interface Buttons {
  dataOf(of: { chatId: string; action: string; until: Date }): Promise<string>;
  /** `forged` also for a button of another chat or of a key that is no more. */
  read(data: string, of: { chatId: string; now: Date }): Promise<{ action: string } | "expired" | "forged">;
}

/** 96 bits of the HMAC in base64url. */
const SIGNATURE_LENGTH = 16;

/** Bound to chat, action and time by an HMAC. `keys`: two, separated by a comma, during rotation; the first signs. */
export function createButtons(keys: string): Buttons {
  const secrets = valuesOf(keys);

  async function sign(secret: string, chatId: string, action: string, until: string): Promise<string> {
    const signature = await hmacOf(secret, ["telegram-button", chatId, action, until]);
    return btoa(String.fromCharCode(...signature))
      .replaceAll("+", "-")
      .replaceAll("/", "_")
      .slice(0, SIGNATURE_LENGTH);
  }

  return {
    async dataOf({ chatId, action, until }) {
      const [secret] = secrets;
      if (secret === undefined) throw new Error("buttons cannot be signed: INTERNAL_KEY_BINDING is not set");
      const seconds = Math.floor(until.getTime() / 1_000).toString(36);
      return [action, seconds, await sign(secret, chatId, action, seconds)].join(".");
    },
    async read(data, { chatId, now }) {
      const [action = "", seconds = "", signature = "", ...rest] = data.split(".");
      if (rest.length > 0) return "forged";
      const given = new TextEncoder().encode(signature);
      const signed = await Promise.all(secrets.map((secret) => sign(secret, chatId, action, seconds)));
      if (!signed.some((each) => timingSafeEqual(given, new TextEncoder().encode(each)))) return "forged";
      return Number.parseInt(seconds, 36) * 1_000 < now.getTime() ? "expired" : { action };
    },
  };
}
