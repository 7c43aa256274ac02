import { bindingDrift } from "../deploy/drift.ts";
import type { WantedWorker } from "../deploy/wanted.ts";
import { found, type Check, type Seen } from "./check.ts";
import { deployPlan } from "./deploy-plan.ts";
import { eachDeployed } from "./each-worker.ts";
import type { World } from "./world/world.ts";

const STORAGE: readonly string[] = ["d1", "kv_namespace", "r2_bucket"];
const isStorage = ({ type }: { type: string }): boolean => STORAGE.includes(type);

/** Apart from the rest: what is created anew has another id, and a Worker goes on with the one that is gone. */
export const storage: Check = {
  id: "storage",
  places: ["remote"],
  diagnose: (world) =>
    eachDeployed(world, async (worker) => {
      const differences = await drift(world, worker, isStorage);
      const what = `${worker.name} is not bound to the storage that there is: ${differences.join("; ")}`;
      return differences.length === 0
        ? []
        : [await troubleOf(world, worker, { what, why: "what it reads and writes there fails, or is another's" })];
    }),
};

export const bindings: Check = {
  id: "bindings",
  places: ["remote"],
  diagnose: (world) =>
    eachDeployed(world, async (worker) => {
      const [tag, differences] = await Promise.all([
        world.account.migrationTag(worker.name),
        drift(world, worker, (binding) => !isStorage(binding)),
      ]);
      if (tag !== worker.migrationTag) {
        differences.push(`its Durable Objects are at migration ${tag ?? "none"}, not ${worker.migrationTag ?? "none"}`);
      }
      const what = `${worker.name} runs otherwise than its wrangler.jsonc says: ${differences.join("; ")}`;
      const why = "it does what an earlier deployment, or somebody in the dashboard, wanted";
      return differences.length === 0 ? [] : [await troubleOf(world, worker, { what, why })];
    }),
};

async function drift(
  { account }: World,
  worker: WantedWorker,
  isMeant: (binding: { type: string }) => boolean,
): Promise<string[]> {
  const [settings, databases, namespaces] = await Promise.all([
    account.settings(worker.name),
    account.databases(),
    account.namespaces(),
  ]);
  if (settings === undefined) return [];
  const owned = {
    databases: new Map(databases.map((each) => [each.name, each])),
    namespaces: new Map(namespaces.map((each) => [each.title, each])),
  };
  const wanted = { ...worker, bindings: worker.bindings.filter(isMeant) };
  return bindingDrift(wanted, { settings: { ...settings, bindings: settings.bindings.filter(isMeant) } }, owned);
}

async function troubleOf(world: World, { name }: WantedWorker, words: { what: string; why: string }): Promise<Seen> {
  return found({
    ...words,
    which: name,
    worker: name,
    severity: "harms",
    next: `npx hoox repair worker ${name}${world.flag}`,
    mend: { plan: await deployPlan(world, name), do: (hands) => hands.deploy(name) },
  });
}
