import type { Strategy } from "#contracts/strategy";
import { sha256, timingSafeEqual } from "#runtime/internal-auth";

/** Whether the key is one of the strategy's that has not expired. Every key is compared, whatever the first ones say. */
export async function holdsKey(strategy: Pick<Strategy, "keys">, key: string, at: Date): Promise<boolean> {
  const hash = await sha256(key);
  return strategy.keys
    .filter(({ expiresAt }) => expiresAt === undefined || at.getTime() < Date.parse(expiresAt))
    .map((each) => timingSafeEqual(hash, bytesOf(each.hash)))
    .includes(true);
}

function bytesOf(hex: string): Uint8Array {
  return Uint8Array.from(hex.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
}
