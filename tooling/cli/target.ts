import type { HooxContext } from "./context.ts";
import { readDevVars } from "./dev-vars.ts";
import { usageError } from "./errors.ts";
import { knownProfile, profilesPath, readProfiles } from "./profiles.ts";
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

/** HOOX_URL, then `--target`, then the active profile, then the local mesh. Its keys: the environment, the profile, `.dev.vars`. */
export async function resolveTarget(context: HooxContext, named: string | undefined): Promise<Target> {
  const { env } = context;
  const own = { operatorKey: env["HOOX_OPERATOR_KEY"] || undefined, webhookKey: env["HOOX_WEBHOOK_KEY"] || undefined };
  if (env["HOOX_URL"]) {
    const url = httpUrl("HOOX_URL", env["HOOX_URL"]);
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
  const known = knownProfile(file, name, profilesPath(context));
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

/** An address without a slash at its end; what is none is a usage error that names where it stands. */
export function httpUrl(where: string, text: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url?.protocol !== "http:" && url?.protocol !== "https:") {
    throw usageError(
      `${where} is no address: ${text}`,
      "it looks like http://localhost:8787 or https://hoox.example.workers.dev",
    );
  }
  return text.replace(/\/+$/, "");
}

export function isLoopback(url: string): boolean {
  const { hostname } = new URL(url);
  return hostname === "localhost" || hostname === "[::1]" || hostname.startsWith("127.");
}

/** During a rotation two keys stand there; both are valid. */
function first(keys: string | undefined): string | undefined {
  return keys?.split(",")[0]?.trim() || undefined;
}
