import { execFile } from "node:child_process";
import * as z from "zod";
import type { HooxContext } from "../cli/context.ts";
import { CliError } from "../cli/errors.ts";
import { wranglerCommand } from "../cli/wrangler.ts";

export interface Credentials {
  token: string;
  /** Undefined when nobody named one: then the token's only account is meant. */
  accountId: string | undefined;
  /** Where the token comes from, for people. */
  source: "CLOUDFLARE_API_TOKEN" | "wrangler login";
}

const HOW = [
  "make a token at https://dash.cloudflare.com/profile/api-tokens and set CLOUDFLARE_API_TOKEN (and CLOUDFLARE_ACCOUNT_ID),",
  "or run: npx wrangler login",
].join("\n");

/** CLOUDFLARE_API_TOKEN, else what `wrangler login` left, which wrangler itself renews when it is old. */
export async function findCredentials(context: Pick<HooxContext, "env" | "root">): Promise<Credentials> {
  const accountId = context.env["CLOUDFLARE_ACCOUNT_ID"]?.trim() || undefined;
  const own = context.env["CLOUDFLARE_API_TOKEN"]?.trim();
  if (own) return { token: own, accountId, source: "CLOUDFLARE_API_TOKEN" };
  const login = await wranglerLogin(context);
  if (login === undefined) throw new CliError(2, "there is no way into a Cloudflare account yet", { hint: HOW });
  return { token: login, accountId, source: "wrangler login" };
}

const login = z.union([
  z.object({ type: z.enum(["oauth", "api_token"]), token: z.string().min(1) }),
  z.object({ type: z.literal("api_key") }),
]);

async function wranglerLogin(context: Pick<HooxContext, "env" | "root">): Promise<string | undefined> {
  const { command, args } = wranglerCommand(context.root, ["auth", "token", "--json"]);
  const env = { ...context.env, WRANGLER_SEND_METRICS: "false", NO_COLOR: "1", CI: "1" };
  const text = await new Promise<string>((done) => {
    // Without a login it fails; why is said on its stderr, in its own commands' words.
    execFile(command, args, { cwd: context.root, env }, (error, stdout) => done(error ? "" : stdout));
  });
  const parsed = login.safeParse(jsonIn(text));
  if (!parsed.success) return undefined;
  if (parsed.data.type === "api_key") {
    throw new CliError(2, "a global API key (CLOUDFLARE_API_KEY) opens the whole account and is not used here", {
      hint: HOW,
    });
  }
  return parsed.data.token;
}

function jsonIn(text: string): unknown {
  const start = text.indexOf("{");
  if (start === -1) return undefined;
  try {
    return JSON.parse(text.slice(start));
  } catch {
    return undefined;
  }
}
