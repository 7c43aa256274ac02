import { join } from "node:path";
import { execPath } from "node:process";
import { isSecretName } from "#contracts/secret-proof";
import type { HooxContext } from "./context.ts";
import { CliError } from "./errors.ts";
import type { DevVars } from "./dev-vars.ts";

export const D1_CONFIG = "services/d1-worker/wrangler.jsonc";

/** wrangler runs on the Node that runs us: the pinned one. */
export function wranglerCommand(root: string, args: readonly string[]): { command: string; args: string[] } {
  return { command: execPath, args: [join(root, "node_modules", "wrangler", "bin", "wrangler.js"), ...args] };
}

/** Where the Workers of one mesh find each other. */
export function registryPath(state: string): string {
  return join(state, "registry");
}

/**
 * wrangler's environment for work on this machine: no network, no metrics, no questions, no colour. A secret in
 * the shell's environment would win over the same name in `.dev.vars`, so those are left out.
 */
export function localEnv(
  context: HooxContext,
  options: { state: string; secrets?: DevVars },
): Record<string, string | undefined> {
  const inherited = Object.entries(context.env).filter(([name]) => !Object.hasOwn(options.secrets ?? {}, name));
  return {
    ...Object.fromEntries(inherited),
    CLOUDFLARE_CF_FETCH_ENABLED: "false",
    // wrangler would write a trace of every local call, which halves the mesh's speed; ours are in D1.
    X_LOCAL_OBSERVABILITY: "false",
    WRANGLER_SEND_METRICS: "false",
    WRANGLER_REGISTRY_PATH: registryPath(options.state),
    WRANGLER_LOG_PATH: join(options.state, "wrangler-logs"),
    CI: "1",
    NO_COLOR: "1",
    FORCE_COLOR: "0",
  };
}

/**
 * wrangler's environment for work on an account: no questions, no metrics, no colour. A secret in the shell's environment
 * would win over the same name in a file of secrets, so those are left out.
 */
export function accountEnv(
  context: Pick<HooxContext, "env">,
  account: Readonly<Record<string, string>>,
  logs: string,
): Record<string, string | undefined> {
  return {
    ...Object.fromEntries(Object.entries(context.env).filter(([name]) => !isOurs(name))),
    // wrangler would rather be whoever these name than whoever the token does.
    CLOUDFLARE_API_KEY: undefined,
    CLOUDFLARE_EMAIL: undefined,
    CF_API_KEY: undefined,
    CF_EMAIL: undefined,
    ...account,
    WRANGLER_SEND_METRICS: "false",
    WRANGLER_LOG_PATH: logs,
    CI: "1",
    NO_COLOR: "1",
    FORCE_COLOR: "0",
  };
}

function isOurs(name: string): boolean {
  return isSecretName(name) || /^HOOX_(?:.*_KEY|CURRENT_VALUE)$/.test(name);
}

/** wrangler itself waits for ever for an answer that does not come. */
const LONGEST_MS = 10 * 60_000;

/** Runs wrangler to its end; a failure is a CliError with what wrangler said. */
export async function wrangler(
  context: Pick<HooxContext, "root" | "run">,
  args: readonly string[],
  options: { env: Record<string, string | undefined>; timeoutMs?: number; apart?: boolean },
): Promise<string> {
  const { command, args: all } = wranglerCommand(context.root, args);
  const { env, timeoutMs = LONGEST_MS, apart = false } = options;
  const how = { cwd: context.root, env, timeoutMs, apart };
  const { code, stdout, stderr, late } = await context.run(command, all, how);
  if (code === 0) return stdout;
  const said = `${stdout}\n${stderr}`.trim().split("\n").slice(-20).join("\n");
  const what = `wrangler ${args.slice(0, 3).join(" ")}`;
  if (late) {
    throw new CliError(3, `${what} did not end within ${how.timeoutMs / 1_000} s, and was stopped\n${said}`, {
      hint: "is the network up? see https://www.cloudflarestatus.com, then run it again",
    });
  }
  throw new CliError(3, `${what} failed (exit ${code})\n${said}`);
}
