import { dirname, join } from "node:path";
import { CliError } from "../../cli/errors.ts";
import { writePrivate } from "../../cli/private-file.ts";
import { accountEnv, wrangler } from "../../cli/wrangler.ts";
import type { Account } from "../../cloudflare/index.ts";
import { DEPLOYED_FROM } from "../drift.ts";
import { withGenerated } from "../generated.ts";
import type { StepKind, StepOf } from "../step.ts";
import { valuesFor } from "./secrets.ts";

export const worker: StepKind<StepOf<"worker">> = {
  words: ({ worker: { name }, why }) => ({ what: `deploy ${name}`, why }),
  async run({ worker: { name }, from, secrets, required }, { context, account, values }) {
    await withGenerated(account, { worker: name, from, secrets: required }, async ({ configPath, logs }) => {
      const args = ["deploy", "--config", configPath, "--message", `hoox deploy, from ${from}`];
      if (secrets.length > 0) {
        const path = join(dirname(configPath), "secrets.json");
        await writePrivate(path, JSON.stringify(valuesFor(secrets, values)));
        args.push("--secrets-file", path);
      }
      try {
        await wrangler(context, args, { env: accountEnv(context, account.wranglerEnv(), logs), apart: true });
      } catch (error) {
        if (!(error instanceof CliError)) throw error;
        throw await explained(account, { name, from, error });
      }
    });
  },
};

/** wrangler may fail behind the upload: whether the new version takes the requests is what its reader must know. */
async function explained(account: Account, of: { name: string; from: string; error: CliError }): Promise<CliError> {
  const { name, from, error } = of;
  const uploaded = await deployedFrom(account, name).catch(() => undefined);
  if (uploaded !== from) return error;
  return new CliError(
    3,
    `${name} was uploaded and takes the requests, yet wrangler did not end well: ${error.message}`,
    {
      hint: "run it again: it looks what is still missing, and does that",
    },
  );
}

/** What the version was made from that takes the requests; undefined when nobody knows, or it is not deployed. */
export async function deployedFrom(account: Account, name: string): Promise<string | undefined> {
  const settings = await account.workers.settings(name);
  return settings?.bindings.find((each) => each.name === DEPLOYED_FROM)?.text;
}
