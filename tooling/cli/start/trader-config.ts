import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import * as z from "zod";
import { isAccountVariable } from "#contracts/account-variable";
import { besideConfigOf, configOf } from "../../sync/config.ts";

const shape = z.object({
  vars: z.record(z.string(), z.string()),
  secrets: z.object({ required: z.array(z.string()) }),
});

/**
 * The path of a configuration of trade-worker that has the variables of accounts among these names: of an env file
 * wrangler hands a Worker no others than its configuration names, and a wrangler.jsonc cannot know of which accounts.
 */
export async function writeTraderConfig(state: string, names: readonly string[]): Promise<string> {
  const config = await configOf("trade-worker");
  const main = besideConfigOf("trade-worker", config["main"]);
  const path = join(state, "trade-worker.json");
  await writeFile(path, JSON.stringify(withAccounts({ ...config, main }, names), undefined, 2));
  return path;
}

/** A var that stands there already gets the env file's value by itself, and wrangler takes no name twice. */
export function withAccounts(config: Record<string, unknown>, names: readonly string[]): Record<string, unknown> {
  const { vars, secrets } = shape.parse(config);
  const ofAccounts = names.filter((name) => isAccountVariable(name) && !Object.hasOwn(vars, name));
  return { ...config, secrets: { required: [...new Set([...secrets.required, ...ofAccounts])] } };
}
