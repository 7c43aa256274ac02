import { account, venues } from "#contracts/ids";
import { credentialNames } from "./venues/credentials.ts";
import type { VenueAccount } from "./venues/live.ts";

/** Accounts at exchanges of which one of these names is a key or a secret: `MAIN_BINANCE_USDM_API_KEY`. */
export function keyAccounts(names: readonly string[]): VenueAccount[] {
  const known = new Set(names);
  return venues
    .filter((venue) => venue !== "paper")
    .flatMap((venue) => {
      const [, suffix = ""] = credentialNames({ account: "", venue }).apiKey.match(/^(.*)_API_KEY$/) ?? [];
      const ends = [`${suffix}_API_KEY`, `${suffix}_API_SECRET`];
      const accounts = [...known].flatMap((name) => {
        const end = ends.find((each) => name.endsWith(each));
        return end === undefined ? [] : (account.safeParse(name.slice(0, -end.length).toLowerCase()).data ?? []);
      });
      return [...new Set(accounts)].toSorted().map((each) => ({ account: each, venue }));
    });
}
