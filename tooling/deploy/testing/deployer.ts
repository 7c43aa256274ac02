import { mkdtempSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { workers, type Worker } from "#contracts/ids";
import { testContext } from "../../cli/testing/run-cli.ts";
import type { HooxContext } from "../../cli/context.ts";
import { openAccount } from "../../cloudflare/index.ts";
import type { FakeCloudflare } from "../../fakes/cloudflare/fake.ts";
import { fakeWrangler } from "../../fakes/wrangler.ts";
import { ROOT } from "../../sync/paths.ts";
import { deploy } from "../deploy.ts";
import type { Executed } from "../execute.ts";
import { prepare, type Prepared } from "../prepare.ts";
import type { Step } from "../step.ts";

/** A terminal on one machine: what it keeps survives from one deployment to the next. */
export interface Deployer {
  context: HooxContext;
  /** What each Worker is made from; a test changes a source by changing it. */
  prints: Map<Worker, string>;
  /** Every word that a wrangler was started with. */
  argv: string[];
  /** The permissions that each file of secrets had while wrangler ran. */
  secretModes: number[];
  plan: (of?: { chosen?: readonly Worker[]; force?: boolean }) => Promise<Prepared>;
  deploy: (of?: { prepared?: Prepared; before?: (step: Step, position: number) => void }) => Promise<Executed>;
}

export function deployerOn(fake: FakeCloudflare, env: Readonly<Record<string, string>> = {}): Deployer {
  const config = mkdtempSync(join(tmpdir(), "hoox-deployer-"));
  const argv: string[] = [];
  const secretModes: number[] = [];
  const watch = (args: readonly string[]): void => {
    argv.push(...args);
    const file = args[args.indexOf("--secrets-file") + 1];
    if (args.includes("--secrets-file") && file !== undefined) secretModes.push(statSync(file).mode & 0o777);
  };
  const context = testContext({
    root: ROOT,
    env: { ...fake.env, XDG_CONFIG_HOME: config, ...env },
    fetch: fake.workersDev.fetch,
    run: fakeWrangler(watch),
  });
  const prints = new Map(workers.map((worker) => [worker, `made-of-${worker}`]));
  const plan: Deployer["plan"] = async ({ chosen = workers, force = false } = {}) => {
    const prepared = await prepare(context, await openAccount(context), { chosen, force, prints: async () => prints });
    if (!("steps" in prepared)) throw new Error(prepared.problems.map(({ message }) => message).join("; "));
    return prepared;
  };
  return {
    context,
    prints,
    argv,
    secretModes,
    plan,
    async deploy({ prepared, before = () => undefined } = {}) {
      const watcher = { starts: before, ended: () => undefined, stopped: () => undefined };
      return deploy(context, await openAccount(context), {
        prepared: prepared ?? (await plan()),
        tell: () => undefined,
        watcher,
      });
    },
  };
}
