import type { Account } from "../../../cloudflare/index.ts";
import type { HooxCommand } from "../../base.ts";

/** Opens the account and says which one it is, before anything happens to it. */
export async function namedAccount(command: HooxCommand): Promise<Account> {
  const { openAccount } = await import("../../../cloudflare/index.ts");
  const account = await openAccount(command.context);
  command.note(`target: account ${account.name}${account.name === account.id ? "" : ` (${account.id})`}`);
  return account;
}
