import type { WorkerHealth } from "../cli/health.ts";
import { found, type Check, type Seen } from "./check.ts";
import type { World } from "./world/world.ts";

const VITAL: readonly string[] = ["hoox", "ledger-worker", "trade-worker"];

export const answers: Check = {
  id: "answers",
  places: ["local", "remote"],
  async diagnose(world) {
    const health = await world.mesh.health();
    const deployed = world.local ? undefined : await world.account.workers();
    const ill = health.filter((each) => each.status !== "healthy");
    // Who is ill because of others is well once they are.
    const own = ill.filter((each) => !causedByOthers(each, ill));
    const silent = own.filter(({ connectivity }) => connectivity === "unknown");
    // On an account, what is not deployed has a check of its own.
    const wrong = own
      .filter((each) => !silent.includes(each))
      .filter(({ worker, connectivity }) => connectivity !== "not deployed" || (deployed?.has(worker) ?? true));
    const names = silent.map(({ worker }) => worker).join(", ");
    return [
      ...(await Promise.all(wrong.map((each) => troubleOf(each, world)))),
      ...silent.map(({ worker }): Seen => ({
        unseen: { worker, why: `nobody could ask ${names}: ${silent[0]?.error}` },
      })),
    ];
  },
};

function causedByOthers({ worker, dependencies }: WorkerHealth, ill: readonly WorkerHealth[]): boolean {
  const broken = dependencies.filter((each) => each.status !== "ok").map(({ name }) => name);
  return broken.length > 0 && broken.every((name) => name !== worker && ill.some((each) => each.worker === name));
}

async function troubleOf({ worker, status, error }: WorkerHealth, world: World): Promise<Seen> {
  return found({
    what: `${worker} is ${status}: ${error ?? "it does not say why"}`,
    why: VITAL.includes(worker) ? "alerts may be refused or not executed" : "what it does comes late",
    which: worker,
    worker,
    severity: status === "down" && VITAL.includes(worker) ? "stops" : "harms",
    next: await nextFor(world, error),
  });
}

async function nextFor({ local, flag, onMesh }: World, error: string | undefined): Promise<string> {
  if (error?.includes("no such table")) return `npx hoox repair db${flag}`;
  return local && error?.includes("not deployed")
    ? "stop npm start, and start it without --without"
    : onMesh("npx hoox logs query --level error --since 1h");
}
