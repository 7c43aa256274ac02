import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import * as z from "zod";
import { isAccountVariable } from "#contracts/account-variable";
import { besideConfigOf, configOf } from "../../sync/config.ts";

const secrets = z.object({ secrets: z.object({ required: z.array(z.string()) }) });

/**
 * The path of a configuration of trade-worker that has the variables of accounts among these names: of an env file
 * wrangler hands a Worker no others than its configuration names, and a wrangler.jsonc cannot know of which accounts.
 */
export async function writeTraderConfig(state: string, names: readonly string[]): Promise<string> {
  const config = await configOf("trade-worker");
  const { required } = secrets.parse(config).secrets;
  const main = besideConfigOf("trade-worker", config["main"]);
  const path = join(state, "trade-worker.json");
  const all = [...new Set([...required, ...names.filter(isAccountVariable)])];
  await writeFile(path, JSON.stringify({ ...config, main, secrets: { required: all } }, undefined, 2));
  return path;
}
