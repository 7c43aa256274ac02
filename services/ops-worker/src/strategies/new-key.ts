import { sha256 } from "#runtime/internal-auth";

const BASE32 = "abcdefghijklmnopqrstuvwxyz234567";
/** 32 characters of 5 bits: nobody guesses 160. */
const LENGTH = 32;

/** A key that says whose it is, and what is kept of it. It is answered once, and never logged. */
export async function newKey(strategy: string): Promise<{ key: string; hash: string }> {
  const random = crypto.getRandomValues(new Uint8Array(LENGTH));
  // 256 is a multiple of 32, so every character is equally likely.
  const secret = Array.from(random, (byte) => BASE32.charAt(byte % BASE32.length)).join("");
  const key = `hoox_${strategy}_${secret}`;
  const hash = Array.from(await sha256(key), (byte) => byte.toString(16).padStart(2, "0")).join("");
  return { key, hash };
}
