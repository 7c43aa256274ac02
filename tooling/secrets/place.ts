import type { Account } from "../cloudflare/index.ts";
import type { HooxContext } from "../cli/context.ts";
import { CliError } from "../cli/errors.ts";
import { connectTo, type MeshClient } from "../cli/mesh-client.ts";
import { resolveTarget } from "../cli/target.ts";
import { gatewayOf, gatewayUrl } from "../deploy/gateway.ts";

/** Where secrets are: on this machine, or in an account with the mesh that runs there. */
export interface Place {
  /** For people. */
  name: string;
  local: boolean;
  /** What a command line needs to mean this place again: empty, or an option behind a space. */
  flag: string;
  /** Undefined when nobody knows its address. */
  mesh: MeshClient | undefined;
  account: Account | undefined;
  /** Why there is no account, or no mesh. */
  problems: string[];
}

/**
 * `--remote` means the account even where no profile names its mesh; then the mesh is the gateway's address there. The
 * account's credentials are of no use to the local mesh, and are not looked for.
 */
export async function findPlace(
  context: HooxContext,
  { target: named, remote }: { target: string | undefined; remote: boolean },
): Promise<Place> {
  const target = await resolveTarget(context, named);
  if (target.local && !remote) {
    return { name: "local", local: true, flag: "", mesh: connectTo(context, target), account: undefined, problems: [] };
  }
  const problems: string[] = [];
  const account = await openedAccount(context).catch((error: unknown) => {
    if (!(error instanceof CliError)) throw error;
    problems.push(`the account was not asked: ${error.message}`);
    return undefined;
  });
  if (!target.local) {
    if (account !== undefined) await sameAccount(account, target.url);
    const flag = named === undefined ? "" : ` --target ${named}`;
    return { name: target.name, local: false, flag, mesh: connectTo(context, target), account, problems };
  }
  const url = account && (await addressIn(account, problems));
  const mesh = account && url !== undefined ? await gatewayOf(context, { accountId: account.id, url }) : undefined;
  return { name: "remote", local: false, flag: " --remote", mesh, account, problems };
}

async function openedAccount(context: HooxContext): Promise<Account> {
  const { openAccount } = await import("../cloudflare/index.ts");
  return openAccount(context);
}

/** Who names one account's mesh and holds another's credentials would change the wrong one. */
async function sameAccount(account: Account, url: string): Promise<void> {
  if (!new URL(url).hostname.endsWith(".workers.dev")) return;
  const subdomain = await account.workers.accountSubdomain().catch(() => undefined);
  if (subdomain === undefined || new URL(url).hostname.endsWith(`.${subdomain}.workers.dev`)) return;
  throw new CliError(2, `${url} is not of the account ${account.name}, whose gateway is ${gatewayUrl(subdomain)}`, {
    hint: "set CLOUDFLARE_ACCOUNT_ID and CLOUDFLARE_API_TOKEN to that mesh's account, or name another mesh: npx hoox profile list",
  });
}

async function addressIn(account: Account, problems: string[]): Promise<string | undefined> {
  const subdomain = await account.workers.accountSubdomain().catch(() => undefined);
  if (subdomain !== undefined) return gatewayUrl(subdomain);
  problems.push("the mesh was not asked: the account has no workers.dev name, and no profile gives the address");
  return undefined;
}

/** The account, unless the mesh that is meant is known to be another's. */
export async function sameAccountAs(context: HooxContext, named?: string): Promise<Account> {
  const target = await resolveTarget(context, named);
  const account = await openedAccount(context);
  if (!target.local) await sameAccount(account, target.url);
  return account;
}

/** The mesh that `--remote` means: the target's, without one the account's. */
export async function meshThere(context: HooxContext, named: string | undefined): Promise<MeshClient> {
  const target = await resolveTarget(context, named);
  if (!target.local) return connectTo(context, target);
  const { mesh, problems } = await findPlace(context, { target: named, remote: true });
  if (mesh !== undefined) return mesh;
  throw new CliError(2, `--remote: no profile is active, and ${problems.join("; ")}`, {
    hint: "set HOOX_URL and HOOX_OPERATOR_KEY, or use --target <profile>",
  });
}

/** The account, for what cannot be done without one. */
export async function neededAccount(context: HooxContext, place: Place): Promise<Account> {
  // Opened once more, it says in its own words why it cannot be.
  return place.account ?? openedAccount(context);
}
