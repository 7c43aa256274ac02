import { accountPrefix } from "#contracts/account-variable";
import type { Venue as VenueName } from "#contracts/ids";

export interface Credentials {
  apiKey: string;
  apiSecret: string;
}

export function credentialNames(of: { account: string; venue: VenueName }): { apiKey: string; apiSecret: string } {
  const prefix = accountPrefix(of);
  return { apiKey: `${prefix}_API_KEY`, apiSecret: `${prefix}_API_SECRET` };
}

/** Both secrets of an account at a venue, or the names of those that are missing. */
export function readCredentials(
  of: { account: string; venue: VenueName },
  secret: (name: string) => string | undefined,
): Credentials | { missing: string[] } {
  const names = credentialNames(of);
  const apiKey = secret(names.apiKey);
  const apiSecret = secret(names.apiSecret);
  if (apiKey !== undefined && apiSecret !== undefined) return { apiKey, apiSecret };
  return {
    missing: [...(apiKey === undefined ? [names.apiKey] : []), ...(apiSecret === undefined ? [names.apiSecret] : [])],
  };
}
