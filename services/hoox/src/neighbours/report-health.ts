import type * as z from "zod";
import type { Worker } from "#contracts/ids";
import type { health } from "#contracts/health";
import type { WorkerHealth } from "../webhook/ports.ts";

type Health = z.infer<typeof health>;

/** Without the ledger no alert is accepted; without the others alerts still are. */
const NEEDED: Worker = "ledger-worker";
const NEIGHBOURS: readonly Worker[] = [NEEDED, "ops-worker", "telegram-worker"];

export async function reportHealth(of: {
  version: string;
  healthOf: (worker: Worker) => Promise<WorkerHealth>;
}): Promise<Health> {
  const dependencies = await Promise.all(NEIGHBOURS.map(async (name) => ({ name, ...(await of.healthOf(name)) })));
  const works = dependencies.every((each) => each.name !== NEEDED || each.status === "ok");
  return { worker: "hoox", status: works ? "ok" : "failing", version: of.version, dependencies };
}
