import type { WorkerHealth } from "../cli/health.ts";
import { found, type Check } from "./check.ts";

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
    // On an account, what is not deployed has a check of its own.
    return own
      .filter(({ worker, connectivity }) => connectivity !== "not deployed" || (deployed?.has(worker) ?? true))
      .map(({ worker, status, error }) =>
        found({
          what: `${worker} is ${status}: ${error ?? "it does not say why"}`,
          why: VITAL.includes(worker) ? "alerts may be refused or not executed" : "what it does comes late",
          which: worker,
          worker,
          severity: status === "down" && VITAL.includes(worker) ? "stops" : "harms",
          next: nextFor(world.local, error),
        }),
      );
  },
};

function causedByOthers({ worker, dependencies }: WorkerHealth, ill: readonly WorkerHealth[]): boolean {
  const broken = dependencies.filter((each) => each.status !== "ok").map(({ name }) => name);
  return broken.length > 0 && broken.every((name) => name !== worker && ill.some((each) => each.worker === name));
}

function nextFor(local: boolean, error: string | undefined): string {
  if (error?.includes("no such table")) return "npx hoox repair db";
  return local && error?.includes("not deployed")
    ? "stop npm start, and start it without --without"
    : "npx hoox logs query --level error --since 1h";
}
