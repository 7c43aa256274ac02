import * as z from "zod";
import type { HooxContext } from "../cli/context.ts";
import { CliError } from "../cli/errors.ts";
import { Api, path } from "./api.ts";
import { Buckets } from "./buckets.ts";
import { findCredentials, type Credentials } from "./credentials.ts";
import { Databases } from "./databases.ts";
import { Namespaces } from "./namespaces.ts";
import type { Permission } from "./permissions.ts";
import { Queues } from "./queues.ts";
import { Secrets } from "./secrets.ts";
import { Tails } from "./tails.ts";
import { Telemetry } from "./telemetry.ts";
import { missingPermissions, verifyToken, type TokenState } from "./token.ts";
import { Workers } from "./workers.ts";

export type AccountContext = Pick<HooxContext, "env" | "root" | "fetch" | "sleep" | "stderr">;

/** One Cloudflare account. Every failure is an AccountError: what failed, why, what next. */
export class Account {
  readonly id: string;
  /** As people call it. */
  readonly name: string;
  /** Where its token comes from. */
  readonly source: Credentials["source"];
  readonly workers: Workers;
  readonly secrets: Secrets;
  readonly queues: Queues;
  readonly databases: Databases;
  readonly namespaces: Namespaces;
  readonly buckets: Buckets;
  readonly tails: Tails;
  readonly telemetry: Telemetry;
  readonly #api: Api;
  readonly #credentials: Credentials;

  constructor(api: Api, credentials: Credentials, found: { id: string; name: string }) {
    const { id, name } = found;
    this.id = id;
    this.name = name;
    this.source = credentials.source;
    this.workers = new Workers(api, id);
    this.secrets = new Secrets(api, id);
    this.queues = new Queues(api, id);
    this.databases = new Databases(api, id);
    this.namespaces = new Namespaces(api, id);
    this.buckets = new Buckets(api, id);
    this.tails = new Tails(api, id);
    this.telemetry = new Telemetry(api, id);
    this.#api = api;
    this.#credentials = credentials;
  }

  /** Throws when the token is refused altogether. */
  async token(): Promise<TokenState> {
    if (this.#credentials.source !== "wrangler login") return verifyToken(this.#api, this.id);
    await this.#api.call({
      method: "get",
      path: path`/accounts/${this.id}`,
      result: z.unknown(),
      what: "use the login",
    });
    return { kind: "login", status: "active", expiresAt: undefined };
  }

  missingPermissions(): Promise<Permission[]> {
    return missingPermissions(this.#api, this.id);
  }

  /** What wrangler needs in its environment (never in argv) to speak to the same account. */
  wranglerEnv(): Record<string, string> {
    const { token, source } = this.#credentials;
    return {
      CLOUDFLARE_ACCOUNT_ID: this.id,
      ...(source === "CLOUDFLARE_API_TOKEN" ? { CLOUDFLARE_API_TOKEN: token } : {}),
    };
  }
}

const seen = z.object({ id: z.string(), name: z.string() });

/** The account that is meant: CLOUDFLARE_ACCOUNT_ID, else the only one that the token can see. */
export async function openAccount(context: AccountContext, options: { timeoutMs?: number } = {}): Promise<Account> {
  const credentials = await findCredentials(context);
  const api = new Api(context, credentials.token, options);
  const { accountId } = credentials;
  // A token need not be allowed to read the account's name to work on it.
  if (accountId !== undefined) return new Account(api, credentials, { id: accountId, name: accountId });
  const accounts = await api.all({ path: "/accounts", what: "list the accounts of this token" }, seen, 50);
  const [only] = accounts;
  if (only === undefined) {
    throw new CliError(3, "this token sees no Cloudflare account", {
      hint: "set CLOUDFLARE_ACCOUNT_ID (dashboard, Workers & Pages, on the right), or make a token with: Account Settings: Read",
    });
  }
  if (accounts.length > 1) {
    const list = accounts.map(({ id, name }) => `  ${id}  ${name}`).join("\n");
    throw new CliError(2, "this token sees several Cloudflare accounts", {
      hint: `say which with CLOUDFLARE_ACCOUNT_ID:\n${list}`,
    });
  }
  return new Account(api, credentials, only);
}
