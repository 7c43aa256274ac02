import type { Account, Queue } from "../../cloudflare/index.ts";
import type { Place } from "../../secrets/place.ts";
import { CliError } from "../errors.ts";

/** The account's queue of this name. */
export async function queueThere(account: Account, name: string, { flag }: Pick<Place, "flag">): Promise<Queue> {
  const queue = await account.queues.byName(name);
  if (queue !== undefined) return queue;
  throw new CliError(1, `the account has no queue ${name}`, { hint: `make it with: npx hoox queues apply${flag}` });
}
