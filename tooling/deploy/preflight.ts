import type { Account } from "../cloudflare/index.ts";
import { syncAll } from "../sync/sync.ts";
import type { Found } from "./found.ts";

/** What stands in the way of a deployment, and what to do about it. */
export interface Problem {
  message: string;
  todo: string;
}

/** Without these a deployment stops half way; the others are for looking. */
const NEEDED = ["Workers Scripts", "Queues", "D1", "Workers KV Storage", "Workers R2 Storage"];
const SOON_MS = 24 * 3_600_000;

/** The account's door: whether the token opens it, and as far as it must. */
export async function checkToken(account: Account, now: Date): Promise<{ problems: Problem[]; notes: string[] }> {
  const { status, expiresAt } = await account.token();
  if (status !== "active") {
    const todo = "make one at https://dash.cloudflare.com/profile/api-tokens and set CLOUDFLARE_API_TOKEN";
    return { problems: [{ message: `the API token is ${status}`, todo }], notes: [] };
  }
  const missing = await account.missingPermissions();
  const problems = missing
    .filter(({ name }) => NEEDED.includes(name))
    .map((each) => ({
      message: `the API token lacks the permission "${each.name}: ${each.level}", for ${each.for}`,
      todo: "add it at https://dash.cloudflare.com/profile/api-tokens",
    }));
  const notes = missing
    .filter(({ name }) => !NEEDED.includes(name))
    .map((each) => `the API token lacks "${each.name}: ${each.level}"; without it: no ${each.for}`);
  if (expiresAt !== undefined && expiresAt.getTime() < now.getTime() + SOON_MS) {
    notes.push(`the API token expires at ${expiresAt.toISOString()}`);
  }
  return { problems, notes };
}

/** What must be right on this machine and on the account before anything is changed. */
export async function checkGround(found: Found): Promise<Problem[]> {
  const problems: Problem[] = [];
  const { changed } = await syncAll({ check: true });
  if (changed.length > 0) {
    problems.push({
      message: `${changed.map((path) => path.split("/").slice(-2).join("/")).join(", ")} is not as queues/registry.ts says`,
      todo: "npx hoox sync",
    });
  }
  if (found.subdomain === undefined) {
    problems.push({
      message: "the account has no workers.dev name, so the gateway would have no address",
      todo: "choose one in the dashboard: https://dash.cloudflare.com/?to=/:account/workers-and-pages",
    });
  }
  return problems;
}
