import { bindingDrift } from "../deploy/drift.ts";
import type { WantedWorker } from "../deploy/wanted.ts";
import { found, type Check, type Seen } from "./check.ts";
import { eachDeployed } from "./each-worker.ts";
import type { World } from "./world/world.ts";

export const bindings: Check = {
  id: "bindings",
  places: ["remote"],
  diagnose: (world) => eachDeployed(world, (worker) => compare(world, worker)),
};

async function compare({ account, flag }: World, worker: WantedWorker): Promise<Seen[]> {
  const { name } = worker;
  const [settings, tag, databases, namespaces] = await Promise.all([
    account.settings(name),
    account.migrationTag(name),
    account.databases(),
    account.namespaces(),
  ]);
  if (settings === undefined) return [];
  const owned = {
    databases: new Map(databases.map((each) => [each.name, each])),
    namespaces: new Map(namespaces.map((each) => [each.title, each])),
  };
  const differences = bindingDrift(worker, { settings }, owned);
  if (tag !== worker.migrationTag) {
    differences.push(`its Durable Objects are at migration ${tag ?? "none"}, not ${worker.migrationTag ?? "none"}`);
  }
  if (differences.length === 0) return [];
  return [
    found({
      what: `${name} runs otherwise than its wrangler.jsonc says: ${differences.join("; ")}`,
      why: "it does what an earlier deployment, or somebody in the dashboard, wanted",
      which: name,
      worker: name,
      severity: "harms",
      next: `npx hoox repair worker ${name}${flag}`,
      mend: { plan: `deploy ${name}`, do: (hands) => hands.deploy(name) },
    }),
  ];
}
