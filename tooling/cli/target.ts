import { readFile } from "node:fs/promises";
import { homedir } from "node:os";
import { join } from "node:path";
import * as z from "zod";
import type { HooxContext } from "./context.ts";
import { readDevVars } from "./dev-vars.ts";
import { CliError, usageError } from "./errors.ts";
import { localMesh } from "./start/running.ts";

/** A mesh and the keys to speak to it. */
export interface Target {
  /** `local`, `HOOX_URL` or the profile's name. */
  name: string;
  /** Without a slash at its end. */
  url: string;
  local: boolean;
  operatorKey: string | undefined;
  webhookKey: string | undefined;
}

const DEFAULT_PORT = 8787;

const profile = z.object({ url: z.url(), operatorKey: z.string().optional(), webhookKey: z.string().optional() });
/** `profiles.json`: the meshes a person knows by name, and which of them is meant when none is named. */
export const profilesFile = z.object({ active: z.string().optional(), profiles: z.record(z.string(), profile) });

export function profilesPath(context: Pick<HooxContext, "env">): string {
  return join(context.env["XDG_CONFIG_HOME"] || join(homedir(), ".config"), "hoox", "profiles.json");
}

/** HOOX_URL, then `--target`, then the active profile, then the local mesh. Its keys: the environment, the profile, `.dev.vars`. */
export async function resolveTarget(context: HooxContext, named: string | undefined): Promise<Target> {
  const { env } = context;
  const own = { operatorKey: env["HOOX_OPERATOR_KEY"] || undefined, webhookKey: env["HOOX_WEBHOOK_KEY"] || undefined };
  if (env["HOOX_URL"]) {
    const url = httpUrl(env["HOOX_URL"]);
    return withKeys(context, { name: "HOOX_URL", url, local: isLoopback(url), ...own });
  }
  const file = await readProfiles(context);
  const name = named ?? file.active ?? "local";
  if (name === "local") {
    const { mesh } = await localMesh(context.root);
    return withKeys(context, {
      name: "local",
      url: mesh?.url ?? `http://localhost:${DEFAULT_PORT}`,
      local: true,
      ...own,
    });
  }
  const known = Object.hasOwn(file.profiles, name) ? file.profiles[name] : undefined;
  if (known === undefined) {
    const names = ["local", ...Object.keys(file.profiles)].join(", ");
    throw usageError(`there is no profile "${name}"`, `profiles in ${profilesPath(context)}: ${names}`);
  }
  const url = known.url.replace(/\/+$/, "");
  const keys = { operatorKey: own.operatorKey ?? known.operatorKey, webhookKey: own.webhookKey ?? known.webhookKey };
  return withKeys(context, { name, url, local: isLoopback(url), ...keys });
}

/** The local secrets never leave this machine: they are offered to loopback addresses only. */
async function withKeys(context: HooxContext, target: Target): Promise<Target> {
  if (!target.local) return target;
  const secrets = await readDevVars(context.root);
  return {
    ...target,
    operatorKey: target.operatorKey ?? first(secrets["OPERATOR_KEY_BINDING"]),
    webhookKey: target.webhookKey ?? first(secrets["WEBHOOK_API_KEY_BINDING"]),
  };
}

async function readProfiles(context: HooxContext): Promise<z.infer<typeof profilesFile>> {
  const path = profilesPath(context);
  const text = await readFile(path, "utf8").catch(() => undefined);
  if (text === undefined) return { profiles: {} };
  try {
    return profilesFile.parse(JSON.parse(text));
  } catch (error) {
    throw new CliError(2, `${path} is not a file of profiles`, { hint: "mend or remove it", cause: error });
  }
}

function httpUrl(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url?.protocol !== "http:" && url?.protocol !== "https:") {
    throw usageError(
      `HOOX_URL is no address: ${text}`,
      "it looks like http://localhost:8787 or https://hoox.example.workers.dev",
    );
  }
  return text.replace(/\/+$/, "");
}

function isLoopback(url: string): boolean {
  const { hostname } = new URL(url);
  return hostname === "localhost" || hostname === "[::1]" || hostname.startsWith("127.");
}

/** During a rotation two keys stand there; both are valid. */
function first(keys: string | undefined): string | undefined {
  return keys?.split(",")[0]?.trim() || undefined;
}
